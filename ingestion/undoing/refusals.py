"""Why a record is not brought back: in the receipt of its operation, and as a conflict."""

from __future__ import annotations

from ingestion.models import ConflictReason
from ingestion.withholding import HANGS
from profiles.faults import ErrorType, Fault, Refused

_MESSAGES = {
    ConflictReason.CHANGED_SINCE: "It was changed since the task.",
    ConflictReason.UNKNOWN: "What it was before the task is not kept any more.",
    ConflictReason.ERASED: "What it was before the task was erased.",
}
_RULES = {reason: reason.value.lower() for reason in _MESSAGES}
_BY_RULE = {rule: reason for reason, rule in _RULES.items()} | {HANGS: ConflictReason.LINKED}


def left_alone(reason: ConflictReason) -> Refused:
    message = _MESSAGES[reason]
    fault = Fault("", _RULES[reason], message, type=ErrorType.FAILED_PRECONDITION)
    status = 412 if reason is ConflictReason.CHANGED_SINCE else None
    return Refused(ErrorType.FAILED_PRECONDITION, message, [fault], status=status)


def reason_of(refused: Refused) -> ConflictReason:
    """A precondition that failed tells of a change that came while the undo was at work."""
    if refused.status == 412:
        return ConflictReason.CHANGED_SINCE
    rules = (_BY_RULE.get(fault.rule) for fault in refused.faults)
    return next((reason for reason in rules if reason), ConflictReason.REFUSED)
