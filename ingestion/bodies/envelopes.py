"""One operation as text, `{"action": "UPSERT", "upsert": {…}}` (api-facts, *Bulk*), taken apart.

Pure: what the operation asks for is judged by the write path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingestion.bodies.members import as_object, inner_members_of, members_of, unknown_members
from ingestion.operations import Action, Operation, Payload, Target
from profiles.exact import Document, decode
from profiles.faults import Fault, Refused, faulty, missing_member, pointer

ACTIONS = {action.value: action for action in (Action.CREATE, Action.UPSERT, Action.DELETE)}
_MEMBERS = {action: action.value.lower() for action in ACTIONS.values()}
FAULTS = "faults"
"""What was wrong with it when it was refused. Passed over, so that rejects may be sent again."""
DELETE_MEMBERS = ("id", "type")

TargetOf = Callable[[Payload], Target]
"""Tells resources from relationships by a payload, which has a `type`. May raise `Refused`."""


def read_operation(text: bytes, target_of: TargetOf) -> Operation:
    """The operation that a text is; `refused` says why it is none.

    Paths of faults lead into the text for the envelope, into the payload for what it holds.
    """
    action = Action.CREATE
    try:
        body = Document(text, decode(text))
        action, payload = _sound_parts(body) or _parts(body)
        if faults := list(_type_faults(payload)):
            raise faulty("operation", faults)
        return _operation(action, target_of(payload), payload)
    except Refused as refused:
        return refused_operation(refused, action)


def refused_operation(refused: Refused, action: Action = Action.CREATE) -> Operation:
    """Stands for what could not be read, so that it has its receipt in its place."""
    return Operation(action, Target.RESOURCE, "", refused=refused)


def _sound_parts(body: Document) -> tuple[Action, Payload] | None:
    """The parts of an envelope that has what it needs and nothing else, as nearly all have."""
    envelope = body.value
    if not isinstance(envelope, dict) or len(envelope) != 2:
        return None
    sent = envelope.get("action")
    action = ACTIONS.get(sent) if isinstance(sent, str) else None
    if action is None or not isinstance(envelope.get(_MEMBERS[action]), dict):
        return None
    return action, inner_members_of(body, _MEMBERS[action])


def _parts(body: Document) -> tuple[Action, Payload]:
    """The action and payload of any envelope. Raises `Refused` with its faults."""
    envelope = members_of(as_object(body))
    action = _read_action(envelope)
    return action, members_of(envelope[_MEMBERS[action]])


def _read_action(envelope: Payload) -> Action:
    sent = envelope.get("action")
    action = ACTIONS.get(sent.value) if sent and isinstance(sent.value, str) else None
    if faults := list(_envelope_faults(envelope, action)):
        raise faulty("operation", faults)
    assert action is not None
    return action


def _envelope_faults(envelope: Payload, action: Action | None) -> Iterator[Fault]:
    if action is None:
        yield _action_fault(is_sent="action" in envelope)
        yield from unknown_members(
            envelope, ("action", *(name.lower() for name in ACTIONS), FAULTS)
        )
        return
    member = _MEMBERS[action]
    yield from unknown_members(envelope, ("action", member, FAULTS))
    if member not in envelope:
        yield missing_member(pointer(member))
    elif not isinstance(envelope[member].value, dict):
        yield Fault(pointer(member), "type", "Must be a JSON object.", expected="object")


def _action_fault(*, is_sent: bool) -> Fault:
    if not is_sent:
        return missing_member("/action")
    known = list(ACTIONS)
    return Fault("/action", "enum", f"Must be one of {', '.join(known)}.", expected=known)


def _type_faults(payload: Payload) -> Iterator[Fault]:
    if "type" not in payload:
        yield missing_member("/type")
    elif not isinstance(payload["type"].value, str):
        yield Fault("/type", "type", "Must be a string.", expected="string")


def _operation(action: Action, target: Target, payload: Payload) -> Operation:
    faults = list(_payload_faults(action, target, payload))
    refused = faulty("operation", faults) if faults else None
    id = payload["id"].value if "id" in payload and action is not Action.CREATE else None
    collection: str = payload["type"].value
    # An id that is no text is left to the write path, which looks for it in the payload too.
    address = id if isinstance(id, str) else None
    return Operation(action, target, collection, address, payload, refused=refused)


def _payload_faults(action: Action, target: Target, payload: Payload) -> Iterator[Fault]:
    """The id names what is written, except where the system makes it."""
    if action is Action.DELETE:
        yield from unknown_members(payload, DELETE_MEMBERS)
    by_ends = target is Target.RELATIONSHIP and action is Action.UPSERT
    if action is not Action.CREATE and not by_ends and "id" not in payload:
        yield missing_member("/id")
