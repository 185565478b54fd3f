"""The API of the history of configuration: the same for definitions and sources."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, position_of
from profiles.api.parameters import per_page
from profiles.api.viewsets import RegistrarViewSet
from profiles.exact import Json
from profiles.json_patch import difference
from profiles.times import time_text
from profiles.versions import VersionEntry, Versions, contract_version_of

VERSION_PARAMETERS = {"versions": ID_PAGE_PARAMETERS}
ONE = r"versions/(?P<version>[^/]+)"


class VersionedViewSet(RegistrarViewSet):
    """`names` are those of the path."""

    listed: ClassVar[str]
    """Sets the cursors apart from those of other lists."""

    def find_versions(self, **names: str) -> Versions:
        """Raises NOT_FOUND."""
        raise NotImplementedError

    @action(detail=True)
    def versions(self, request: Request, **names: str) -> Response:
        versions, size = self.find_versions(**names), per_page(request)
        listed = "/".join((self.listed, *names.values()))
        position = position_of(request, listed)
        before = None if position is None else int(position[0])
        found, following = versions.page(before, size)
        cursor = {} if following is None else {"cursor": cursor_behind(listed, str(following))}
        data = [show_version(told) for told in found]
        return Response({"data": data, "meta": {**cursor, "perPage": size}})

    @action(detail=True, url_path=ONE)
    def version(self, request: Request, version: str, **names: str) -> Response:
        told = self.find_versions(**names).find(version)
        return Response({**show_version(told), "payload": told.row.body})

    @action(detail=True, url_path=rf"{ONE}/diff/(?P<other_version>[^/]+)")
    def diff(self, request: Request, version: str, other_version: str, **names: str) -> Response:
        one, other = self.find_versions(**names).find_two(version, other_version)
        return Response(difference(one.body, other.body))


def show_version(told: VersionEntry) -> dict[str, Json]:
    """A version on the wire, without what was saved."""
    row = told.row
    contract_version = contract_version_of(row)
    shown: dict[str, Any] = {
        "version": row.version,
        "action": told.action.value,
        "timestamp": time_text(row.at),
        "userInfo": {"actor": row.actor},
    }
    if row.reason:
        shown["reason"] = row.reason
    return shown if contract_version is None else {**shown, "contractVersion": contract_version}
