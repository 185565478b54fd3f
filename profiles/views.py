"""The API of sources and profiles."""

from __future__ import annotations

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.bodies import body_of
from profiles.api.definitions import DefinitionViewSet
from profiles.api.pages import CATALOGUE_PARAMETERS, catalogue_page
from profiles.api.versions import VERSION_PARAMETERS, VersionedViewSet
from profiles.configuration import Subject, source_body
from profiles.contract import current_contract
from profiles.definitions import profiles
from profiles.exact import decode
from profiles.faults import not_found
from profiles.models import Profile, Source
from profiles.openapi import describe_profiles, describe_sources
from profiles.sources import retire_source, save_source
from profiles.versions import Versions


@describe_sources
class SourceViewSet(VersionedViewSet):
    listed = "source-versions"
    lookup_url_kwarg = "source"
    lookup_value_regex = "[^/]+"
    query_parameters = {"list": CATALOGUE_PARAMETERS, **VERSION_PARAMETERS}

    def list(self, request: Request) -> Response:
        rows = Source.objects.all()
        if self.caller.source_keys is not None:
            rows = rows.filter(key__in=self.caller.source_keys)
        return Response(catalogue_page(request, rows, source_body))

    def retrieve(self, request: Request, source: str) -> Response:
        found = self._find(source)
        return self.answer_read(source_body(found), found.etag)

    def update(self, request: Request, source: str) -> Response:
        if not Source.objects.filter(key=source).exists():
            self.caller.require_every_source()
        saved, is_new = save_source(
            source,
            decode(body_of(request)),
            self.preconditions(),
            actor=self.caller.actor,
            reason=self.reason,
        )
        return self.answer(source_body(saved), saved.etag, 201 if is_new else 200)

    def destroy(self, request: Request, source: str) -> Response:
        retire_source(source, self.preconditions(), actor=self.caller.actor, reason=self.reason)
        return Response(status=204)

    def find_versions(self, **names: str) -> Versions:
        return Versions.of(Subject.source(self._find(names["source"])))

    def _find(self, key: str) -> Source:
        found: Source | None = Source.objects.filter(key=key).first()
        if found is None:
            raise not_found("source")
        return found


@describe_profiles
class ProfileViewSet(DefinitionViewSet[Profile]):
    definitions = profiles

    @action(detail=True, url_path="schema")
    def json_schema(self, request: Request, source: str, key: str) -> Response:
        """The JSON Schema that resources of this profile are judged by."""
        contract = current_contract(source)
        schema = contract.profile(key).validator.schema
        return self.answer_read(schema, f'"{contract.version}"')
