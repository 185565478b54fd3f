"""The API of indexes: how far those are that a definition asks for."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.indexes.profiles import shown_indexes
from ingestion.openapi.indexes import describe_indexes
from ingestion.operations import Target
from profiles.api.definitions import DefinitionViewSet
from profiles.definitions import profiles
from profiles.models import Definition, Profile
from profiles.openapi import PROFILES

D = TypeVar("D", bound=Definition)


class IndexesViewSet(DefinitionViewSet[D]):
    target: ClassVar[Target]

    def retrieve(self, request: Request, source: str, key: str) -> Response:
        definition: Definition = self.find(source, key)
        return Response({"data": shown_indexes(self.target, definition.pk)})


@describe_indexes("Profile", "profile", PROFILES, "practiceNumber")
class ProfileIndexesViewSet(IndexesViewSet[Profile]):
    definitions = profiles
    target = Target.RESOURCE
