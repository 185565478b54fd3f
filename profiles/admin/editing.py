"""The page on which a definition is edited: its rows, its JSON, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern

from profiles.admin.definitions import DefinitionAdmin
from profiles.admin.large_forms import with_large_forms
from profiles.admin.pages import DefinitionPagesAdmin
from profiles.admin.restoring import RestoringAdmin
from profiles.admin.uses import uses_of
from profiles.admin.writing import actor_of
from profiles.contract import Contract, current_contract
from profiles.definition_panels import panels_of
from profiles.editing_forms import (
    EditingForm,
    NewEditingForm,
    RowsField,
    StoredEditingForm,
)
from profiles.exact import Json, pretty
from profiles.faults import Refused
from profiles.forms import WritingForm
from profiles.inputs.nodes import Node
from profiles.inputs.shapes import Shape
from profiles.models import Definition, Source
from profiles.planning import plan
from profiles.request_cache import found_once
from profiles.staff import staff_of

PART = "X-Part"
"""The header by which the script asks for the editor alone, to keep what it shows in step."""


class EditingAdmin(RestoringAdmin, DefinitionPagesAdmin, DefinitionAdmin):
    change_form_template = "registrar/definition.html"
    api_name: str
    """What the definitions are called in the paths of the API."""

    def shape(self, contract: Contract) -> Shape:
        """How a definition of this source is edited."""
        raise NotImplementedError

    def preview(self, contract: Contract, key: str, body: Json) -> Sequence[Node]:
        """The form of a record, made from a body whose form is sound."""
        raise NotImplementedError

    def schema(self, contract: Contract, key: str, body: Json) -> Json:
        """The JSON Schema of a record, made from a body in which there is no fault."""
        raise NotImplementedError

    def sources(self, request: HttpRequest) -> QuerySet[Source]:
        """Those in which somebody may add a definition."""
        rows: QuerySet[Source] = Source.objects.order_by("key")
        return staff_of(request).narrow(rows, self.write_role, by="id")

    def chosen_source(self, request: HttpRequest) -> Source | None:
        """The one that the address names, or the only one that there is."""
        rows = self.sources(request)
        if "source" in request.GET:
            return rows.filter(key=request.GET["source"]).first()
        found = list(rows[:2])
        return found[0] if len(found) == 1 else None

    def get_urls(self) -> list[URLPattern]:
        return with_large_forms(super().get_urls(), self)

    def form_for(self, request: HttpRequest, obj: Any) -> type[WritingForm]:
        if _is_json(request):
            return super().form_for(request, obj)
        source = self.chosen_source(request) if obj is None else obj.source
        assert source is not None, "add_view asks for one"
        form = NewEditingForm if obj is None else StoredEditingForm
        return form.for_actor(
            actor_of(request),
            definitions=self.definitions,
            own_source=source,
            rows=RowsField(self.shape(contract_of(request, source))),
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks first in which source, unless the address says it."""
        is_open = _is_json(request) or self.chosen_source(request) is not None
        if is_open or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Add {self.opts.verbose_name}",
            "opts": self.opts,
            "sources": self.sources(request),
        }
        return TemplateResponse(request, "registrar/definition/choose.html", context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        form = context["adminform"].form
        if obj is not None:
            context |= self._told(request, obj)
        if isinstance(form, EditingForm):
            contract = contract_of(request, form.owner)
            context |= {"errors": (), "editing": form, **self._beside(contract, form)}
        elif obj is not None and not _is_json(request):
            contract = contract_of(request, obj.source)
            context["compiled"] = pretty(self.schema(contract, obj.key, obj.body))
        if PART in request.headers:
            return TemplateResponse(request, "registrar/definition/editor.html", context)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _beside(self, contract: Contract, form: EditingForm) -> dict[str, Any]:
        """What stands beside the rows, made from what was typed."""
        key = form.own_key or str(self.opts.model_name)
        beside: dict[str, Any] = {}
        if form.is_readable:
            beside["preview"] = self.preview(contract, key, form.typed)
            if not form.errors or form.errors.keys() <= {"key"}:
                beside["compiled"] = pretty(self.schema(contract, key, form.typed))
            beside["plan"] = self._plan(form)
        return beside

    def _plan(self, form: EditingForm) -> Json:
        """What would be left behind, if that was asked and nothing stands in the way of a plan."""
        if not form.is_planned or not form.own_key:
            return None
        with suppress(Refused):
            key, found = form.own_key, form.found
            return plan(self.definitions, form.owner.key, key, form.typed, found=found).as_json()
        return None

    def _told(self, request: HttpRequest, row: Definition) -> dict[str, Any]:
        contract = contract_of(request, row.source)
        return {
            "api_path": f"/sources/{row.source.key}/v1/{self.api_name}/{row.key}",
            "uses": uses_of(row, contract, request, self.admin_site),
            "panels": () if PART in request.headers else list(panels_of(contract, row)),
            "further": set(self.told) - set(DefinitionAdmin.told),
        }


def contract_of(request: HttpRequest, source: Source) -> Contract:
    """Found once for each request: Django asks for the form of a page again and again."""
    return found_once(request, f"contract of {source.key}", lambda: current_contract(source.key))


def _is_json(request: HttpRequest) -> bool:
    return request.GET.get("tab") == "json"
