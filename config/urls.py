"""Every address there is (design.md, section 4)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, include, path, re_path
from django.views.generic import RedirectView
from rest_framework.routers import SimpleRouter

from config.docs import SourceDocumentViewSet, api_schema, docs
from config.errors import bad_request, not_found, permission_denied, server_error
from config.health import healthz, readyz
from config.metrics import MetricsViewSet
from ingestion.views.bulk import RelationshipBulkViewSet, ResourceBulkViewSet
from ingestion.views.changes import ChangesViewSet
from ingestion.views.erasing import EraseViewSet, ResourceEraseViewSet
from ingestion.views.history import HistoryViewSet, ResourceHistoryViewSet
from ingestion.views.indexes import ProfileIndexesViewSet
from ingestion.views.resources import (
    ContainedViewSet,
    IdentifiedViewSet,
    NonconformingViewSet,
    ResourceViewSet,
)
from ingestion.views.search import SearchViewSet
from ingestion.views.subscriptions import DeadLetterViewSet, SubscriptionViewSet
from ingestion.views.tasks import TaskViewSet
from ingestion.views.undo import UndoViewSet
from profiles.views import ProfileViewSet, SourceViewSet
from relationships.views.bundle import BundleViewSet
from relationships.views.erasing import RelationshipEraseViewSet
from relationships.views.history import RelationshipHistoryViewSet
from relationships.views.purge import PurgeViewSet
from relationships.views.relationships import (
    DefinitionIndexesViewSet,
    RelationshipDefinitionViewSet,
    RelationshipViewSet,
)
from relationships.views.traversal import GraphViewSet, PathViewSet

SOURCE = "sources/(?P<source>[^/]+)/v1"
KEY = "(?P<key>[^/]+)"
RESOURCE = rf"{SOURCE}/resources/(?P<type>[^/]+)"
ONE_RESOURCE = rf"{RESOURCE}/(?P<id>[^/]+)"
CONTAINED = rf"{ONE_RESOURCE}/(?P<path>[^/]+(?:/[^/]+/[^/]+)*)"

# What is asked most comes first: to try twenty others before was a sixth of a read.
router = SimpleRouter(trailing_slash=False)
router.register(rf"{SOURCE}/resources/bulk", ResourceBulkViewSet, "resources-bulk")
router.register(RESOURCE, ResourceViewSet, "resource")
router.register(rf"{SOURCE}/relationships/bulk", RelationshipBulkViewSet, "relationships-bulk")
router.register(
    rf"{SOURCE}/relationships/(?P<definition>[^/]+)", RelationshipViewSet, "relationship"
)
router.register("catalog/v1/sources", SourceViewSet, "source")
router.register(rf"{SOURCE}/profiles", ProfileViewSet, "profile")
router.register(
    rf"{SOURCE}/profiles/(?P<profile>[^/]+)/nonconforming", NonconformingViewSet, "nonconforming"
)
router.register(rf"{SOURCE}/relationship-definitions", RelationshipDefinitionViewSet, "definition")
router.register(rf"{SOURCE}/changes", ChangesViewSet, "change")
router.register(rf"{SOURCE}/subscriptions", SubscriptionViewSet, "subscription")
router.register(rf"{SOURCE}/subscriptions/{KEY}/dead-letters", DeadLetterViewSet, "dead-letter")
router.register(rf"{SOURCE}/tasks", TaskViewSet, "task")

identified = IdentifiedViewSet.as_view(
    {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
)
query = SearchViewSet.as_view({"post": "query"})
browse = SearchViewSet.as_view({"post": "browse"})
bundle = BundleViewSet.as_view({"post": "create"})
purge = PurgeViewSet.as_view({"post": "create"})
undo = UndoViewSet.as_view({"post": "undo"})
undo_conflicts = UndoViewSet.as_view({"get": "conflicts"})
profile_indexes = ProfileIndexesViewSet.as_view({"get": "retrieve"})
definition_indexes = DefinitionIndexesViewSet.as_view({"get": "retrieve"})
graph = GraphViewSet.as_view({"get": "retrieve"})
path_between = PathViewSet.as_view({"get": "retrieve"})
contained_list = ContainedViewSet.as_view({"post": "create"})
contained_detail = ContainedViewSet.as_view(
    {"get": "retrieve", "put": "update", "delete": "destroy"}
)
metrics = MetricsViewSet.as_view({"get": "retrieve"})
source_document = SourceDocumentViewSet.as_view({"get": "retrieve"})


def history(kind: str, view: type[HistoryViewSet], eraser: type[EraseViewSet]) -> list[URLPattern]:
    """The addresses of what became of a record."""
    operations = rf"^{SOURCE}/history/{kind}s/{KEY}/(?P<id>[^/]+)/operations"
    operation = rf"{operations}/(?P<operation_id>[^/]+)"
    erase = rf"^{SOURCE}/history/{kind}s/{KEY}/(?P<id>[^/]+)/erase$"
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("operations", operations, {"get": "list"}),
        ("operation", operation, {"get": "retrieve"}),
        ("diff", rf"{operation}/diff/(?P<other>[^/]+)", {"get": "diff"}),
        ("restore", rf"{operation}/restore", {"post": "restore"}),
    )
    return [
        re_path(erase, eraser.as_view({"post": "create"}), name=f"{kind}-erase"),
        *(
            re_path(f"{regex}$", view.as_view(actions), name=f"{kind}-{name}")
            for name, regex, actions in rows
        ),
    ]


urlpatterns = [
    re_path(rf"^{RESOURCE}/(?P<identifier>(?s:.*:.*))$", identified, name="resource-identified"),
    path("", include(router.urls)),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics, name="metrics"),
    path("docs", docs, name="docs"),
    path("api/schema", api_schema, name="api-schema"),
    path("sources/<str:source>/v1/openapi.json", source_document, name="source-openapi"),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    re_path(rf"^{SOURCE}/query$", query, name="query"),
    re_path(rf"^{SOURCE}/browse$", browse, name="browse"),
    re_path(rf"^{SOURCE}/bundle$", bundle, name="bundle"),
    re_path(rf"^{SOURCE}/purge$", purge, name="purge"),
    re_path(rf"^{SOURCE}/profiles/{KEY}/indexes$", profile_indexes, name="profile-indexes"),
    re_path(
        rf"^{SOURCE}/relationship-definitions/{KEY}/indexes$",
        definition_indexes,
        name="definition-indexes",
    ),
    re_path(rf"^{SOURCE}/tasks/(?P<id>[^/]+)/undo$", undo, name="undo"),
    re_path(rf"^{SOURCE}/tasks/(?P<id>[^/]+)/conflicts$", undo_conflicts, name="undo-conflicts"),
    *history("resource", ResourceHistoryViewSet, ResourceEraseViewSet),
    *history("relationship", RelationshipHistoryViewSet, RelationshipEraseViewSet),
    re_path(rf"^{ONE_RESOURCE}/graph$", graph, name="resource-graph"),
    re_path(rf"^{ONE_RESOURCE}/path$", path_between, name="resource-path"),
    re_path(rf"^{CONTAINED}$", contained_list, name="contained-list"),
    re_path(rf"^{CONTAINED}/(?P<contained_id>[^/]+)$", contained_detail, name="contained-detail"),
]

handler400 = bad_request
handler403 = permission_denied
handler404 = not_found
handler500 = server_error
