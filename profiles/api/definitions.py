"""How definitions are read and written over HTTP: the same for profiles and relationships'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.bodies import body_of
from profiles.api.pages import CATALOGUE_PARAMETERS, catalogue_page
from profiles.api.parameters import choice_parameter
from profiles.api.versions import ONE, VERSION_PARAMETERS, VersionedViewSet
from profiles.contract import current_contract
from profiles.definitions import Definitions, Outcome, Saved
from profiles.exact import Json, decode
from profiles.faults import ErrorType, Fault, Refused, not_found, unlike_path
from profiles.models import Definition
from profiles.planning import Plan, plan
from profiles.preconditions import Preconditions, old_version
from profiles.versions import Versions

D = TypeVar("D", bound=Definition)

MODES = ("plan",)
NO_ETAG = '"0-0"'
"""Names no definition: what is planned is not there yet."""


class DefinitionViewSet(VersionedViewSet, Generic[D]):
    """PUT takes what GET shows: `key` and `version` may be there, and must then agree."""

    definitions: ClassVar[Definitions[Any]]
    lookup_field = "key"
    lookup_value_regex = "[^/]+"
    query_parameters = {
        "list": CATALOGUE_PARAMETERS,
        "update": ("mode",),
        **VERSION_PARAMETERS,
    }

    def list(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        rows = self.definitions.model.objects.filter(source_id=contract.source_id)
        return Response(catalogue_page(request, rows, show_definition))

    def retrieve(self, request: Request, source: str, key: str) -> Response:
        definition = self.find(source, key)
        return self.answer_read(show_definition(definition), definition.etag)

    def update(self, request: Request, source: str, key: str) -> Response:
        is_plan = "mode" in request.query_params and bool(choice_parameter(request, "mode", MODES))
        body = decode(body_of(request))
        preconditions, reason = self.preconditions(), self.reason
        found: list[Fault] = []
        if isinstance(body, dict):
            if body.get("key", key) != key:
                found.append(unlike_path("/key", key))
            current = self._current(source, key) if "version" in body else None
            preconditions = _agreed(body, current, preconditions)
            body = {name: part for name, part in body.items() if name not in ("key", "version")}
        if is_plan:
            return self._answer_plan(
                plan(self.definitions, source, key, body, preconditions=preconditions, found=found)
            )
        saved = self.definitions.save(
            source,
            key,
            body,
            actor=self.caller.actor,
            reason=reason,
            preconditions=preconditions,
            found=found,
        )
        return self._answer_saved(saved)

    def _answer_saved(self, saved: Saved[D]) -> Response:
        status = 201 if saved.outcome is Outcome.CREATED else 200
        return self.answer(show_definition(saved.definition), saved.definition.etag, status)

    def _answer_plan(self, plan: Plan) -> Response:
        """With the ETag by which the definition is saved if it is still the one of the plan."""
        status = 202 if plan.foreseen.found is None else 200
        return self.answer(plan.as_json(), plan.etag or NO_ETAG, status)

    def destroy(self, request: Request, source: str, key: str) -> Response:
        self.definitions.retire(
            source,
            key,
            actor=self.caller.actor,
            reason=self.reason,
            preconditions=self.preconditions(),
        )
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path=f"{ONE}/restore")
    def restore(self, request: Request, source: str, key: str, version: str) -> Response:
        """An old body is saved again, as a PUT of it would."""
        body = self.find_versions(source=source, key=key).find(version).row.body
        if body is None:
            message = f"Version {version} is a deletion: there is nothing to restore."
            raise Refused(ErrorType.FAILED_PRECONDITION, message)
        saved = self.definitions.save(
            source,
            key,
            body,
            actor=self.caller.actor,
            reason=self.reason,
            preconditions=self.preconditions(),
        )
        return self._answer_saved(saved)

    @property
    def listed(self) -> str:  # type: ignore[override]  # the kind of definition says it
        return f"{self.definitions.model._meta.model_name}-versions"

    def find_versions(self, **names: str) -> Versions:
        source, key = names["source"], names["key"]
        rows = self.definitions.model.with_retired.filter(source__retired_at=None)
        definition = rows.filter(source__key=source, key=key).first()
        if definition is None:
            current_contract(source)  # To tell a missing source from a missing definition.
            raise not_found(self.definitions.what)
        return Versions.of_definition(self.definitions, definition)

    def find(self, source: str, key: str) -> D:
        """Raises NOT_FOUND."""
        definition = self._current(source, key)
        if definition is None:
            current_contract(source)  # To tell a missing source from a missing definition.
            raise not_found(self.definitions.what)
        return definition

    def _current(self, source: str, key: str) -> D | None:
        rows = self.definitions.model.objects.filter(source__key=source, source__retired_at=None)
        found: D | None = rows.filter(key=key).first()
        return found


def show_definition(definition: Definition) -> Json:
    return {"key": definition.key, "version": definition.version, **definition.body}


def _agreed(
    body: Mapping[str, Json], current: Definition | None, given: Preconditions
) -> Preconditions:
    """The preconditions, with that of `version` in the body, which is the one that was read.

    Raises `Refused` where it does not agree.
    """
    if "version" not in body:
        return given
    if current is None or body["version"] != current.version:
        raise old_version()
    return given if given.if_match else replace(given, if_match=(current.etag,))
