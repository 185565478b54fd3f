"""The admin as somebody at a browser sees it."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

SURE = {"post": "yes", "reason": "It is not needed any more."}
DELETE = {"action": "delete_selected", **SURE}


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def change_page(row: Model) -> str:
    return address(type(row), "change", row.pk)


def as_json(path: str) -> str:
    """The page of a record as text, which has a field for each part."""
    return f"{path}?tab=json"


def delete_page(row: Model) -> str:
    return address(type(row), "delete", row.pk)


class Page:
    """An answer, after redirects."""

    def __init__(self, response: Any) -> None:
        self.response: HttpResponse = response
        self.context: Any = response.context
        self.status = response.status_code
        self.text = unescape(response.content.decode())

    @property
    def form(self) -> Any:
        return self.context["adminform"].form

    @property
    def inputs(self) -> dict[str, Any]:
        """What a browser would send if nothing was typed."""
        formsets = [inline.formset for inline in self.context["inline_admin_formsets"]]
        forms = [self.form]
        for formset in formsets:
            forms += [formset.management_form, *formset.forms]
        values = {field.html_name: field.value() for form in forms for field in form}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def errors(self) -> dict[str, list[str]]:
        return {name: list(messages) for name, messages in self.form.errors.items()}

    @property
    def faulty_rows(self) -> list[dict[str, list[str]]]:
        """The errors of each row beside the form."""
        formsets = [inline.formset for inline in self.context["inline_admin_formsets"]]
        return [dict(form.errors) for formset in formsets for form in formset.forms]

    @property
    def messages(self) -> list[str]:
        return [str(message) for message in self.context["messages"]]

    @property
    def rows(self) -> list[str]:
        """The rows of a list, by name."""
        return [str(row) for row in self.context["cl"].result_list]


class Pages:
    """Speaks for one person."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, path: str, **parameters: Any) -> Page:
        return Page(self.client.get(path, parameters or None, follow=True))

    def list(self, model: type[Model], **parameters: Any) -> Page:
        return self.open(address(model, "changelist"), **parameters)

    def send(self, path: str, inputs: dict[str, Any]) -> Page:
        return Page(self.client.post(path, inputs, follow=True))

    def add(self, model: type[Model], **typed: Any) -> Page:
        """Open the add form, type, and save."""
        path = as_json(address(model, "add"))
        return self.send(path, {**self.open(path).inputs, **typed})

    def change(self, row: Model, **typed: Any) -> Page:
        """Open the change form, type, and save."""
        path = as_json(change_page(row))
        return self.send(path, {**self.open(path).inputs, **typed})

    def delete(self, row: Model) -> Page:
        return self.send(delete_page(row), SURE)

    def delete_selected(self, *rows: Model) -> Page:
        selected = {"_selected_action": [str(row.pk) for row in rows]}
        return self.send(address(type(rows[0]), "changelist"), {**DELETE, **selected})
