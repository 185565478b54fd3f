"""The API of erasing: what was ever stored of one record goes for good."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import once
from ingestion.erasing.records import ErasureResult, erase
from ingestion.models import ErasureScope
from ingestion.openapi.erasing import describe_erasing
from ingestion.operations import Target
from ingestion.past.changes import past_record
from profiles.access import Role
from profiles.api.bodies import body_of
from profiles.api.parameters import choice_parameter
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.datatypes.nested import closed_object
from profiles.exact import Json, decode
from profiles.faults import Fault, faulty
from profiles.reasons import MAX_REASON, is_reason
from profiles.validator import Validator

SCOPE = "scope"


class EraseViewSet(RegistrarViewSet):
    write_role = Role.ADMIN
    query_parameters = {"create": (SCOPE,)}
    target: ClassVar[Target]

    @once
    def create(self, request: Request, source: str, key: str, id: str) -> Response:
        record = past_record(current_contract(source), self.target, key, id)
        told = reason_in(body_of(request))
        done = erase(
            record,
            ErasureScope(choice_parameter(request, SCOPE, ErasureScope.values)),
            self.preconditions(),
            actor=self.caller.actor,
            reason=self.reason or told,
        )
        return Response(shown(done))


def shown(done: ErasureResult) -> Json:
    task = {"taskId": done.task_id} if done.task_id else {}
    erasure = done.erasure
    return {**task, "scope": str(erasure.scope), "reason": erasure.reason, "erased": erasure.erased}


def reason_in(body: bytes) -> str:
    """Why, as the body says; empty where there is none. Raises `Refused`."""
    if not body:
        return ""
    sent = decode(body)
    if faults := _validator().faults(sent):
        raise faulty("erasure", faults)
    text: str = sent["reason"].strip()
    if text and not is_reason(text):
        raise faulty("erasure", [Fault("/reason", "pattern", "Must be one line.")])
    return text


@cache
def _validator() -> Validator:
    reason = {"type": "string", "minLength": 1, "maxLength": MAX_REASON}
    return Validator(closed_object({"reason": reason}, ["reason"]))


@describe_erasing
class ResourceEraseViewSet(EraseViewSet):
    target = Target.RESOURCE
