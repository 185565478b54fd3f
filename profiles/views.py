"""The API of sources and profiles."""

from __future__ import annotations

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.bodies import body_of
from profiles.api.definitions import DefinitionViewSet
from profiles.api.pages import CATALOGUE_PARAMETERS, catalogue_page
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.definitions import profiles, retire_source
from profiles.exact import Json, decode
from profiles.faults import not_found
from profiles.models import Profile, Source
from profiles.openapi import describe_profiles, describe_sources
from profiles.sources import RETENTION, SOURCE_TYPE, save_source


@describe_sources
class SourceViewSet(RegistrarViewSet):
    lookup_url_kwarg = "source"
    lookup_value_regex = "[^/]+"
    query_parameters = {"list": CATALOGUE_PARAMETERS}

    def list(self, request: Request) -> Response:
        rows = Source.objects.all()
        if self.caller.source_keys is not None:
            rows = rows.filter(key__in=self.caller.source_keys)
        return Response(catalogue_page(request, rows, show_source))

    def retrieve(self, request: Request, source: str) -> Response:
        found = Source.objects.filter(key=source).first()
        if found is None:
            raise not_found("source")
        return self.answer_read(show_source(found), found.etag)

    def update(self, request: Request, source: str) -> Response:
        if not Source.objects.filter(key=source).exists():
            self.caller.require_every_source()
        saved, is_new = save_source(source, decode(body_of(request)), self.preconditions())
        return self.answer(show_source(saved), saved.etag, 201 if is_new else 200)

    def destroy(self, request: Request, source: str) -> Response:
        retire_source(source, self.preconditions())
        return Response(status=204)


@describe_profiles
class ProfileViewSet(DefinitionViewSet[Profile]):
    definitions = profiles

    @action(detail=True, url_path="schema")
    def json_schema(self, request: Request, source: str, key: str) -> Response:
        """The JSON Schema that resources of this profile are judged by."""
        contract = current_contract(source)
        schema = contract.profile(key).validator.schema
        return self.answer_read(schema, f'"{contract.version}"')


def show_source(source: Source) -> Json:
    shown = {"key": source.key, "type": SOURCE_TYPE}
    kept = {unit: getattr(source, f"retention_{unit}") for unit in RETENTION}
    retention = {unit: number for unit, number in kept.items() if number is not None}
    optional = {"name": source.name, "description": source.description, "retention": retention}
    return shown | {name: said for name, said in optional.items() if said}
