"""From the parameters of a list to an export of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from django_filters import FilterSet
from rest_framework.request import Request

from ingestion.exporting.records import Export, ExportFormat
from ingestion.fields import CONTAINED, META, Fields
from ingestion.search.filtering import filtered
from ingestion.search.including import INCLUDE
from ingestion.search.orders import ID, system_order
from ingestion.search.parameters import read_field_names
from ingestion.search.scope import Scope
from profiles.api.parameters import bad_parameter, choice_parameter, refuse_parameters
from profiles.faults import Fault

FORMAT, AFTER = "format", "after"
EXPORT_PARAMETERS = (FORMAT, AFTER)
OF_PAGES = ("cursor", "perPage", "sort", INCLUDE, "total", "explain")
"""Parameters that make no sense of an export: it is all there is, by id."""

IdParts = Callable[[str], Sequence[str] | None]
"""The parts of an id, as the columns of the scope have them; None for what is no id."""


def asked_format(request: Request, accepted: str) -> ExportFormat | None:
    """The format that a request asks for by parameter, else by its header; None for a page.

    Raises `Refused`.
    """
    if FORMAT in request.query_params:
        return ExportFormat(choice_parameter(request, FORMAT, list(ExportFormat)))
    found = next((each for each in ExportFormat if each == accepted), None)
    if found is None and AFTER in request.query_params:
        message = f"Goes with {FORMAT} only. Pages go on by cursor."
        refuse_parameters([bad_parameter(AFTER, message)])
    return found


def read_export(
    asked: Mapping[str, str],
    scope: Scope,
    base: type[FilterSet],
    format: ExportFormat,
    id_parts: IdParts,
) -> Export:
    """Raises `Refused` for what there is not, and says what there is."""
    after = id_parts(asked[AFTER]) if AFTER in asked else None
    refuse_parameters(list(_faults(asked, after)))
    fields = read_field_names(asked.get("fields"), scope)
    if format is ExportFormat.CSV and "fields" in asked:
        refuse_parameters(list(_untold(fields)))
    rows = filtered(asked, scope, base, system_order(ID)).rows
    return Export(scope, rows, format, fields, after)


def _faults(asked: Mapping[str, str], after: Sequence[str] | None) -> Iterator[Fault]:
    for name in OF_PAGES:
        if name in asked:
            message = f"Does not go with {FORMAT}: an export holds all there is, by id."
            yield bad_parameter(name, message)
    if AFTER in asked and after is None:
        yield bad_parameter(AFTER, "Must be an id: that of the last record that was read.")


def _untold(fields: Fields) -> Iterator[Fault]:
    if fields.has_contained or fields.has_meta:
        message = f"A table holds no {CONTAINED} and no {META}: ask for NDJSON."
        yield bad_parameter("fields", message)
