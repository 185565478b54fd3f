"""What every viewset of the API has in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from profiles.access import Caller, Role
from profiles.api.parameters import refuse_unknown_parameters
from profiles.api.reasons import REASON_HEADER, read_reason
from profiles.preconditions import Preconditions, etags


class RegistrarViewSet(ViewSet):
    """Refuses unknown query parameters; speaks ETags."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    write_role: ClassVar[Role] = Role.ADMIN
    query_parameters: ClassVar[Mapping[str, Collection[str]]] = {}
    """The query parameters that there are, by action."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any("\0" in part for part in kwargs.values()):
            raise NotFound  # PostgreSQL has no text with NUL, so nothing is named so.
        if self.action:  # Another method is a 405, whatever comes with it.
            refuse_unknown_parameters(request, self.query_parameters.get(self.action, ()))

    @property
    def caller(self) -> Caller:
        caller = self.request.user
        assert isinstance(caller, Caller), "MayUseSource lets nobody else pass"
        return caller

    @property
    def reason(self) -> str:
        """Why something is written, as the request says; empty if it does not."""
        return read_reason(self.request.headers.get(REASON_HEADER))

    def preconditions(self) -> Preconditions:
        meta = self.request.META  # `headers` would be made of all that was sent.
        return Preconditions.read(meta.get("HTTP_IF_MATCH"), meta.get("HTTP_IF_NONE_MATCH"))

    def answer(self, body: Any, etag: str, status: int = 200, location: str = "") -> Response:
        headers = {"ETag": etag, **({"Location": location} if location else {})}
        return Response(body, status=status, headers=headers)

    def answer_read(self, body: Any, etag: str) -> Response:
        """200, or 304 if the client has it already (RFC 9110, section 13.1.2)."""
        sent = self.request.META.get("HTTP_IF_NONE_MATCH")
        if sent is not None:
            known = {tag.removeprefix("W/") for tag in etags(sent)}
            if "*" in known or etag in known:
                return Response(status=304, headers={"ETag": etag})
        return Response(body, headers={"ETag": etag})
