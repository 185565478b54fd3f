"""A refused resource in the form of its profile, each fault at its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
from django.utils.safestring import SafeString

from ingestion.admin.tasks.corrections import refusals_of
from ingestion.bodies.envelopes import FAULTS
from ingestion.bodies.members import members_of, read_payload
from ingestion.forms.records import root_profiles
from ingestion.forms.shaped import NewShapedResourceForm, compiled_profile, resource_fields
from ingestion.models import Resource, Task
from ingestion.operations import Action
from ingestion.tasks.refusals import Refusal
from profiles.exact import Document, Json
from profiles.faults import Fault, Refused
from profiles.models import Profile

MEMBERS = {"id", "type", "data", "contained", "meta"}
ACTIONS = (Action.CREATE, Action.UPSERT)
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Sent:
    """An operation that a form can show: what was sent, member by member."""

    action: Action
    payload: Mapping[str, Document]
    profile: Profile

    def value(self, *names: str) -> Json:
        """What stands at a place; None for nothing."""
        first, *others = names
        value = self.payload[first].value if first in self.payload else None
        for name in others:
            value = value.get(name) if isinstance(value, dict) else None
        return value


class CorrectionForm(NewShapedResourceForm):
    """Writes nothing: what was typed is tried out, and then is a line to be sent."""

    task: ClassVar[Task]
    shown: ClassVar[Sent]
    line: bytes = b""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["profile"]  # Which the model has, and so Django's form.
        values = {
            "data": self.shown.value("data"),
            "contained": self.shown.value("contained"),
            "identifiers": self.shown.value("meta", "identifier"),
        }
        for name, field in self.shaped.items():
            if values[name] is not None:
                field.initial = field.widget.base = values[name]
        self.fields["public_id"].initial = self.shown.value("id")

    def write(self) -> Resource:
        line = self._line()
        (refused,) = refusals_of(self.task, [line], self.actor)
        if refused is not None:
            raise refused
        self.line = line
        return Resource()

    def _line(self) -> bytes:
        action = self.shown.action.value
        payload = {name: msgspec.Raw(text) for name, text in self._texts().items()}
        return _encoder.encode({"action": action, action.lower(): payload}) + b"\n"

    def _texts(self) -> dict[str, bytes]:
        """Of the members. What was not sent and is still empty stays away."""
        typed = self.cleaned_data
        texts = {name: member.text for name, member in self.shown.payload.items()}
        texts.pop("id", None)
        if typed["public_id"]:
            texts = {"id": Document.of(typed["public_id"]).text, **texts}
        for name in ("data", "contained"):
            if name in texts or typed[name].value:
                texts[name] = typed[name].text
        if "meta" in texts or typed["identifiers"].value:
            meta = {"identifier": typed["identifiers"].value}
            texts["meta"] = Document.of({**(self.shown.value("meta") or {}), **meta}).text
        return {name: msgspec.json.format(text, indent=-1) for name, text in texts.items()}

    def show_refusal(self, faults: Sequence[Mapping[str, Any]]) -> list[SafeString | str]:
        """The faults for which it was refused, at their inputs; all of them, for the summary."""
        known = [Fault(fault.get("path", ""), "", fault["message"]) for fault in faults]
        placed = [fault for fault in known if self._field_of(fault) in self.shaped]
        others = [f"{fault.path} {fault.message}".strip() for fault in known if fault not in placed]
        return [*others, *self.show_faults(placed)]


def correction_form(task: Task, refusal: Refusal, actor: str) -> type[CorrectionForm] | None:
    """None for what no form can show: that is corrected as JSON."""
    sent = _sent(task, refusal)
    if sent is None:
        return None
    fields = resource_fields(compiled_profile(sent.profile))
    attributes = {"own_profile": sent.profile, "task": task, "shown": sent, "actor": actor}
    return type("CorrectionForm", (CorrectionForm,), {**attributes, **fields})


def _sent(task: Task, refusal: Refusal) -> Sent | None:
    try:
        envelope = read_payload(refusal.text.encode())
    except Refused:
        return None
    action = next((one for one in ACTIONS if one.value.lower() in envelope), None)
    if action is None or not {*envelope} <= {"action", action.value.lower(), FAULTS}:
        return None
    body = envelope[action.value.lower()]
    payload = members_of(body) if isinstance(body.value, dict) else {}
    if not {*payload} <= MEMBERS or not _is_shaped(payload):
        return None
    profile = root_profiles().filter(source_id=task.source_id, key=payload["type"].value).first()
    return None if profile is None else Sent(action, payload, profile)


def _is_shaped(payload: Mapping[str, Document]) -> bool:
    """Its members are of the kinds that the parts of the form are for."""
    kinds: dict[str, type] = {"id": str, "type": str, "data": dict, "contained": dict, "meta": dict}
    return "type" in payload and all(
        isinstance(member.value, kinds[name]) for name, member in payload.items()
    )
