"""Filters of the list of relationships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet
from rest_framework.request import Request

from ingestion.filters import Filtered, filtered_by_data
from profiles.api.parameters import bad_parameter, refuse_parameters
from profiles.names import is_id
from profiles.properties import Property

RelationshipFilter: type[FilterSet] = type(
    "RelationshipFilter",
    (FilterSet,),
    {
        "__doc__": "By the ids of the ends. Made by `type`, since `from` is a word of Python.",
        "from": CharFilter(field_name="from_public_id"),
        "to": CharFilter(field_name="to_public_id"),
    },
)


def filtered_relationships(
    request: Request, properties: Mapping[str, Property], rows: QuerySet[Any]
) -> Filtered:
    """The rows that a request asks for. Raises `Refused` for ends that no resource can have."""
    sent = request.query_params
    ends = [name for name in RelationshipFilter.base_filters if name in sent]
    refuse_parameters(
        [bad_parameter(name, "Must be an id.") for name in ends if not is_id(sent[name])]
    )
    return filtered_by_data(request, RelationshipFilter, properties, rows)
