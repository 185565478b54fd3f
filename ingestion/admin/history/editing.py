"""An old version as the beginning of an edit: the form of its record, filled with it.

The address of the form names the version, never what it held. What is not kept fills no form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, re_path, reverse
from django.utils.http import urlencode

from ingestion.admin.forms import ShapedAdmin
from ingestion.admin.history.addresses import EDIT, edit_address, history_address
from ingestion.admin.history.admin import VERSION, RecordHistoryAdmin
from ingestion.admin.history.lines import marks_of
from ingestion.admin.history.pages import told_of
from ingestion.admin.history.record import Past, seen_contract
from ingestion.admin.history.restoring import tell_along
from ingestion.admin.history.shown_versions import SHOWN_MARKS
from ingestion.forms.filled import FilledForm, OldVersion, filled
from ingestion.models import Change
from ingestion.past.changes import find_operation
from ingestion.past.versions import find_before
from profiles.faults import Refused
from profiles.forms import WritingForm
from profiles.reasons import MAX_REASON

FROM_VERSION = "from_version"
"""The parameter that names the version, by the id of its operation."""

TYPED = "typed_reason"
"""In the session, never in an address: why somebody was about to restore a version, and which."""

ERASED, UNKNOWN = "erased", "unknown"
STATUSES = {ERASED: 410, UNKNOWN: 404}
"""Why a version fills no form."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What the form of a request is filled with."""

    past: Past
    old: OldVersion


class EditingVersionAdmin(RecordHistoryAdmin, ShapedAdmin):
    def names_of(self, past: Past, definition: Any) -> Mapping[str, str]:
        """What a record was called by, by the fields that ask a new one for it."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(self._open, self.edit_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_{EDIT}"
        return [re_path(f"{VERSION}edit/$", view, name=name), *super().get_urls()]

    def edit_view(self, request: HttpRequest, past: Past, version: str) -> HttpResponse:
        """To the form of the record, or where it is gone to that of a new one.

        Whoever comes from the page that restores has typed the reason there, and sends it.
        """
        change = self._usable(request, past, version)
        if isinstance(change, HttpResponse):
            return change
        _keep_reason(request, change)
        asked = {FROM_VERSION: change.pk.hex}
        if past.is_there:
            return HttpResponseRedirect(f"{past.record_page}?{urlencode(asked)}")
        asked = {self.definition_field: f"{past.source}/{past.collection}", **asked}
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return HttpResponseRedirect(f"{page}?{urlencode(asked)}")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        is_asked = FROM_VERSION in request.GET
        row = self.get_object(request, unquote(object_id)) if is_asked else None
        if row is not None:
            key = self.key_of(row)
            past = self._past(request, row.source.key, key.collection, key.public_id)
            assert past is not None, "history keeps the newest change"
            if refusal := self._fill(request, past):
                return refusal
        return super().change_view(request, object_id, form_url, extra_context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if FROM_VERSION in request.GET and self.has_add_permission(request):
            past, change = self._asked_for(request)
            if past.is_there and request.method == "GET":
                return HttpResponseRedirect(edit_address(past.source, change))
            if refusal := self._fill(request, past, is_new=True):
                return refusal
            extra_context = {"title": f"Bring back {past.id}", **(extra_context or {})}
        return super().add_view(request, form_url, extra_context)

    def form_for(self, request: HttpRequest, obj: Any) -> type[WritingForm]:
        form = super().form_for(request, obj)
        filling = filling_of(request)
        return form if filling is None else filled(form, filling.old)

    def shown_state(self, request: HttpRequest, obj: Any) -> Any:
        filling = filling_of(request)
        return super().shown_state(request, obj) if filling is None else filling.old.change

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (filling := filling_of(request)) is not None:
            context["filled"] = _told(filling)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        request.session.pop(TYPED, None)
        if isinstance(form, FilledForm) and form.restored is not None:
            tell_along(request, form.restored.along)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return _filled_no_more(super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return _filled_no_more(super().response_change(request, obj))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._to_history(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._to_history(request, obj) or super().response_post_save_change(request, obj)

    def _to_history(self, request: HttpRequest, row: Any) -> HttpResponseRedirect | None:
        """Back to the history, from where the form was opened."""
        if filling_of(request) is None:
            return None
        key = self.key_of(row)
        page = history_address(self.target, row.source.key, key.collection, key.public_id)
        return HttpResponseRedirect(page)

    def _asked_for(self, request: HttpRequest) -> tuple[Past, Change]:
        """The record of the version that is asked for, told by that alone. Raises `Http404`."""
        source, _, collection = request.GET.get(self.definition_field, "").partition("/")
        contract = seen_contract(request, source)
        if contract is None:
            raise Http404
        try:
            change = find_operation(contract, self.target, collection, request.GET[FROM_VERSION])
        except Refused:
            raise Http404 from None
        past = self._past(request, source, collection, change.public_id)
        assert past is not None, "history keeps the newest change"
        return past, change

    def _fill(
        self, request: HttpRequest, past: Past, *, is_new: bool = False
    ) -> HttpResponse | None:
        """Have the form of the request filled; answers what is shown where it cannot be."""
        change = self._usable(request, past, request.GET[FROM_VERSION])
        if isinstance(change, HttpResponse):
            return change
        reason = _typed_reason(request, change)
        old = OldVersion(past.record, change, edit_address(past.source, change), reason)
        if is_new:
            definition = self.chosen_definition(request)
            if definition is None:
                raise Http404
            chosen = {self.definition_field: definition.pk}
            old = replace(old, definition=chosen, names=self.names_of(past, definition))
        request._filling = Filling(past, old)  # type: ignore[attr-defined]
        return None

    def _usable(self, request: HttpRequest, past: Past, version: str) -> Change | HttpResponse:
        """The version, or the page that says why there is none to go on from."""
        if not past.may_restore:
            raise PermissionDenied
        change = past.find(version)
        if change is not None and not change.is_erased:
            return change
        reason = UNKNOWN if change is None else ERASED
        context = {"title": "Nothing to go on from", "reason": reason}
        answer = self._page(request, past, "unusable", context)
        answer.status_code = STATUSES[reason]
        return answer


def filling_of(request: HttpRequest) -> Filling | None:
    found: Filling | None = getattr(request, "_filling", None)
    return found


def _keep_reason(request: HttpRequest, change: Change) -> None:
    """Until the form is saved, or opened without one."""
    if reason := request.POST.get("reason", "")[:MAX_REASON]:
        request.session[TYPED] = [change.pk.hex, reason]
    else:
        request.session.pop(TYPED, None)


def _typed_reason(request: HttpRequest, change: Change) -> str:
    version, reason = request.session.get(TYPED, ["", ""])
    return reason if version == change.pk.hex else ""


def _told(filling: Filling) -> dict[str, Any]:
    """Of what fills the form, and what it would change if it were saved as it is."""
    past, change = filling.past, filling.old.change
    lines = past.compared(past.last, change).lines if past.is_there else ()
    marks = marks_of(lines)
    return {
        "past": past,
        "told": told_of(past, find_before(past.record, change)),
        "marks": marks[:SHOWN_MARKS],
        "more_marks": max(0, len(marks) - SHOWN_MARKS),
        "now_page": past.comparison_page(change, past.last),
    }


def _filled_no_more(answer: HttpResponse) -> HttpResponse:
    """Django keeps the parameters of a form that somebody goes on with: what is saved is shown."""
    if isinstance(answer, HttpResponseRedirect):
        parts = urlsplit(answer.url)
        asked = QueryDict(parts.query, mutable=True)
        if asked.pop(FROM_VERSION, None):
            answer.headers["Location"] = parts._replace(query=asked.urlencode()).geturl()
    return answer
