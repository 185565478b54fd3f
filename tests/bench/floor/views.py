"""The floor: a plain DRF view with ModelSerializer, ORM and a compiled JSON Schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
from django.db.models import QuerySet
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.serializers import ModelSerializer, ValidationError
from rest_framework.viewsets import ModelViewSet

from tests.bench.floor.models import Link, Record
from tests.bench.workload import PROPERTIES

VALIDATOR = jsonschema_rs.Draft202012Validator(
    {"type": "object", "properties": PROPERTIES, "additionalProperties": False}
)


class RecordSerializer(ModelSerializer[Record]):
    class Meta:
        model = Record
        fields = ["id", "data", "created_at", "updated_at"]

    def validate_data(self, value: Any) -> Any:
        if not VALIDATOR.is_valid(value):
            raise ValidationError("Does not fit the schema.")
        return value


class LinkSerializer(ModelSerializer[Link]):
    class Meta:
        model = Link
        fields = ["id", "start", "end", "created_at"]


class Pages(LimitOffsetPagination):
    default_limit = 100

    def get_count(self, queryset: Any) -> int:
        return 0  # Registrar does not count either.

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        self.request, self.limit, self.offset, self.count = request, 100, 0, 0
        return list(queryset[:100])


class RecordViewSet(ModelViewSet[Record]):
    queryset = Record._default_manager.order_by("-created_at")
    serializer_class = RecordSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Record]:
        """Filtered by what parameters say of `data`, each a JSON value."""
        wanted = {name: json.loads(str(text)) for name, text in self.request.query_params.items()}
        rows = super().get_queryset()
        return rows.filter(data__contains=wanted) if wanted else rows


class LinkViewSet(ModelViewSet[Link]):
    queryset = Link._default_manager.all()
    serializer_class = LinkSerializer
