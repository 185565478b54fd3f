"""From the parameters of a list to what is looked for."""

from __future__ import annotations

from dataclasses import dataclass

from django_filters import FilterSet
from rest_framework.request import Request

from ingestion.fields import EVERY_FIELD, Fields, read_fields, unknown_fields
from ingestion.filters.data import PREFIX
from ingestion.search.filtering import ABSENT, SHOWN_NAMES, filtered
from ingestion.search.including import INCLUDE, Include, include_parameter
from ingestion.search.orders import (
    DEFAULT,
    DESCENDING,
    SYSTEM_ORDERS,
    Order,
    data_order,
    data_orders,
    is_sortable,
    system_order,
)
from ingestion.search.pages import Search
from ingestion.search.scope import Scope
from ingestion.search.totals import TOTALS
from profiles.access import Caller, Role
from profiles.api.cursors import Cursor, read_cursor
from profiles.api.parameters import (
    bad_parameter,
    choice_parameter,
    flag_parameter,
    per_page,
    refuse_parameters,
)
from profiles.faults import ErrorType, Refused
from profiles.paths import find_path

DATA_PARAMETER = f"{PREFIX}<path>"
"""How the filters by `data` are called where the profile is not known."""

RELATED_PARAMETER = f"<related>.{DATA_PARAMETER}"
LINKED_PARAMETER = f"<related>{ABSENT}"

LIST_PARAMETERS = (
    *("cursor", "perPage", "sort", "total", "fields", "q", "explain", INCLUDE),
    *("createdAt__gte", "createdAt__lte", "updatedAt__gte", "updatedAt__lte"),
    DATA_PARAMETER,
    RELATED_PARAMETER,
)
PAGING = frozenset(("cursor", "perPage", "total", "fields", INCLUDE))
"""Parameters that leave what is listed as it is."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a list is asked for."""

    search: Search
    total: str
    include: Include | None


def read_list(request: Request, caller: Caller, scope: Scope, base: type[FilterSet]) -> ListRequest:
    """Raises `Refused` for what there is not, and says what there is."""
    asked = request.query_params
    order = read_order(asked.get("sort", DEFAULT), scope)
    found = filtered(asked, scope, base, order)
    is_explained = flag_parameter(request, "explain")
    if is_explained and not caller.has_role(Role.ADMIN, scope.source_key):
        message = "The plan of a search is shown to admins."
        raise Refused(ErrorType.PERMISSION_DENIED, message)
    search = Search(
        rows=found.rows,
        id_columns=scope.id_columns,
        wire=scope.wire(read_field_names(asked.get("fields"), scope)),
        order=order,
        limit=per_page(request),
        after=read_after(asked.get("cursor"), scope, order),
        among=found.among,
        everything=scope.everything if found.rows is scope.rows else None,
        by_value=None if order.may_be_absent else found.by_value,
        is_plain=asked.keys() <= PAGING | {"sort"} and not order.may_be_absent,
        is_explained=is_explained,
    )
    total = choice_parameter(request, "total", TOTALS)
    return ListRequest(search, total, include_parameter(asked, scope))


def read_order(name: str, scope: Scope) -> Order:
    if name in SYSTEM_ORDERS:
        return system_order(name)
    text = name.removeprefix(DESCENDING).removeprefix(PREFIX)
    path = find_path(scope.properties, text)
    if name.removeprefix(DESCENDING).startswith(PREFIX) and path and is_sortable(path):
        problem = scope.lacking(text)
        if problem is None:
            return data_order(name, path, scope.table)
        refuse_parameters([bad_parameter("sort", problem)])
    there = [*SYSTEM_ORDERS, *data_orders(scope.indexed)]
    message = f"Must be one of: {', '.join(there)}. Others need an index."
    refuse_parameters([bad_parameter("sort", message, expected=there)])
    raise AssertionError("refused above")


def read_after(text: str | None, scope: Scope, order: Order) -> Cursor | None:
    if text is None:
        return None
    cursor = read_cursor(text, scope.name, Cursor)
    if cursor is None:
        refuse_parameters([bad_parameter("cursor", "Is no cursor of this list.")])
    elif cursor.order != order.name:
        message = f"Was made with sort={cursor.order}: a cursor goes on in the same order."
        refuse_parameters([bad_parameter("cursor", message)])
    elif cursor.cast != order.cast:
        message = "Was made when the property had another type: begin anew."
        refuse_parameters([bad_parameter("cursor", message)])
    return cursor


def read_field_names(text: str | None, scope: Scope) -> Fields:
    if text is None:
        return EVERY_FIELD
    names = text.split(",")
    if unknown := list(unknown_fields(names, scope.properties, scope.members)):
        there = f"There are: {', '.join(scope.members)}, and data.<path>."
        message = f"{', '.join(unknown[:SHOWN_NAMES])}: is not known. {there}"
        refuse_parameters([bad_parameter("fields", message, expected=list(scope.members))])
    return read_fields(names)
