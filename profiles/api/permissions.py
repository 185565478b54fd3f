"""What a caller may do: another source is a 404, a missing role a 403."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from profiles.access import Caller, Role

if TYPE_CHECKING:  # DRF's views import this module while they are being imported themselves.
    from rest_framework.views import APIView


class MayUseSource(BasePermission):
    """The view names the role that its writes need, in `write_role`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        caller = request.user
        if not isinstance(caller, Caller):
            return False
        source = view.kwargs.get("source")
        if source is not None:
            caller.require_source(source)
        if request.method not in SAFE_METHODS:
            caller.require_role(getattr(view, "write_role", Role.ADMIN), source)
        return True
