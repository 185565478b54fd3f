"""Pages on which records are edited: by the form of their definition, or as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ingestion.admin.choosing import choose, chosen
from ingestion.admin.erasing import erase_url
from ingestion.admin.records import RecordAdmin
from ingestion.forms.differences import shown_differences
from profiles.access import Role
from profiles.admin.large_forms import with_large_forms
from profiles.faults import Fault
from profiles.forms import WritingForm
from profiles.inputs.nodes import LEAVE_OUT, Node
from profiles.shape_fields import ShapeField

TAB = "tab"
WAS = "was"
"""The input that says which record a form was opened for."""
JSON = "json"
PRESERVED = "_changelist_filters"
"""Where Django keeps what a list was asked for, on the pages to which it leads."""


def is_json(request: HttpRequest) -> bool:
    """Whether somebody asked for the record as JSON."""
    return request.GET.get(TAB) == JSON


class ShapedAdmin(RecordAdmin):
    change_form_template = "registrar/record.html"
    parts: Sequence[str]
    """The parts of a record that have a form of their own, in their order."""
    named: Sequence[str]
    """What else is asked of a new record."""

    def definitions(self, request: HttpRequest) -> QuerySet[Any]:
        """The definitions of which the user may add a record."""
        raise NotImplementedError

    def chosen_definition(self, request: HttpRequest) -> Any:
        return chosen(request, self.definition_field, self.definitions(request))

    def shaped_form(self, request: HttpRequest, obj: Any) -> type[WritingForm]:
        """The form of a definition's records, for a new one where `obj` is None."""
        raise NotImplementedError

    def fields_of(self, row: Any) -> Mapping[str, ShapeField]:
        """The fields of its parts, by their names."""
        raise NotImplementedError

    def faults_in(self, definition: Any, state: Any) -> list[Fault]:
        """The faults of a state of a record, now or earlier, by its definition as that is now."""
        raise NotImplementedError

    def called(self, row: Any) -> str:
        """What people call a record."""
        return str(row)

    def shown_state(self, request: HttpRequest, obj: Any) -> Any:
        """What a form shows when it is opened, by its parts; None where that is nothing."""
        return obj

    def form_for(self, request: HttpRequest, obj: Any) -> type[WritingForm]:
        if is_json(request):
            return super().form_for(request, obj)
        return self.shaped_form(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        may_look_only = obj is not None and not self.has_change_permission(request, obj)
        if is_json(request) or may_look_only:
            return super().get_fields(request, obj)
        if obj is None:
            return (*self.named, *self.parts)
        return (*self.fixed, "etag", *self.parts, *self.told)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks first of which definition, unless the address says it."""
        is_open = is_json(request) or self.chosen_definition(request) is not None
        if is_open or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        title = f"Add {self.opts.verbose_name}"
        return choose(
            request, self.definition_field, self.definitions(request), title, self.admin_site
        )

    def get_urls(self) -> list[URLPattern]:
        return with_large_forms(super().get_urls(), self)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["tab"] = JSON if is_json(request) else "form"
        form = context["adminform"].form
        if not is_json(request):
            context |= self._form_context(request, form, obj)
            context["errors"] = ()  # In place of Django's note, the page shows our faults.
        if obj is not None:
            context["record"] = self._addresses_of(request, obj)
            context["told_names"] = (*self.fixed, *self.told)
            context["called"] = self.called(obj)
            if self.may(request, Role.ADMIN, obj):
                context["erase_url"] = erase_url(obj.source.key, self.target, self.key_of(obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _form_context(self, request: HttpRequest, form: Any, obj: Any) -> dict[str, Any]:
        if obj is not None and not self.has_change_permission(request, obj):
            return {"shown_parts": self._shown_parts(obj)}
        named = request.GET.get(self.definition_field, "").partition("/")[0]
        return {
            "part_names": self.parts,
            "source_key": named if obj is None else obj.source.key,
            "faults": self._faults(form),
            "unfit": self._unfit(request, form, obj),
            "left_over": form.left_over(),
            "are_left_out": LEAVE_OUT in request.POST,
            "differences": list(
                shown_differences(
                    getattr(form, "differences", ()), request.POST.getlist("take_theirs")
                )
            ),
        }

    def _unfit(self, request: HttpRequest, form: Any, obj: Any) -> Sequence[SafeString]:
        """The faults for which a form that nobody has sent yet would be refused."""
        state = self.shown_state(request, obj)
        if state is None or form.is_bound:
            return ()
        is_new = obj is None
        definition = (
            self.chosen_definition(request) if is_new else getattr(obj, self.definition_field)
        )
        found: list[SafeString] = form.show_faults(self.faults_in(definition, state))
        return found

    def _faults(self, form: Any) -> list[SafeString]:
        """The faults of a form, those with a place as links."""
        others = [field for field in form if field.name not in self.parts]
        return [
            *form.non_field_errors(),
            *(_linked(field, error) for field in others for error in field.errors),
        ]

    def _shown_parts(self, row: Any) -> list[Node]:
        fields = self.fields_of(row)
        return [field.prepare_value(getattr(row, name)) for name, field in fields.items()]

    def _addresses_of(self, request: HttpRequest, row: Any) -> dict[str, str]:
        """Of the record in the API, and of the list in which it stands."""
        key = self.key_of(row)
        records = f"/sources/{row.source.key}/v1/{self.target.lower()}s"
        return {
            "was": f"{row.source.key}/{key.collection}/{key.public_id}",
            "api_url": f"{records}/{key.collection}/{key.public_id}",
            "list_url": self._list_url(request, row),
            "list_name": f"{row.source.key} / {key.collection}",
        }

    def _list_url(self, request: HttpRequest, row: Any) -> str:
        """As it was filtered, for whoever comes from there."""
        chosen = f"{row.source.key}/{self.key_of(row).collection}"
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        kept = QueryDict(request.GET.get(PRESERVED, ""))
        if kept.get(self.definition_field) == chosen:
            return f"{url}?{kept.urlencode()}"
        return f"{url}?{urlencode({self.definition_field: chosen})}"


def _linked(field: BoundField, error: str) -> SafeString:
    return format_html('<a href="#{}">{}</a>: {}', field.auto_id, field.label, error)
