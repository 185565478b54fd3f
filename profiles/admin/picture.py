"""The page with the picture of a source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from profiles.admin.writing import WritingAdmin
from profiles.models import Source
from profiles.picture import picture_of


class PictureAdmin(WritingAdmin):
    """Whoever may look at a source sees its picture."""

    change_form_template = "registrar/source.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture_view)
        own = path("<path:object_id>/picture/", view, name="profiles_source_picture")
        return [own, *super().get_urls()]

    def picture_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source: Source | None = self.get_object(request, object_id)
        if source is None:
            self.message_user(request, f"There is no source “{object_id}”.", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:index"))
        if not self.has_view_permission(request, source):
            raise PermissionDenied
        picture = picture_of(source)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": f"Picture of {source.key}",
            "opts": self.opts,
            "source": source,
            "picture": picture,
            "drawn": picture.as_json(),
            "mermaid": picture.as_mermaid(),
        }
        return TemplateResponse(request, "registrar/picture.html", context)
