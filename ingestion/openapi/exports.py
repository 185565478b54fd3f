"""How exports are described: a list asked for as a file."""

from __future__ import annotations

from ingestion.api.export_parameters import AFTER, FORMAT, OF_PAGES
from ingestion.exporting.records import ExportFormat
from profiles.api.openapi.components import TEXT, query_parameter
from profiles.api.openapi.endpoints import Examples, Object, answer, ref

FORMAT_DESCRIPTION = f"""\
All records that the filters leave, by id, as a file that comes while it is made: what there was at
the moment when it began. It is as long as there are records, so take it as a stream. Without
`format` (or `Accept: application/x-ndjson`, `text/csv`) there is a page of JSON. `fields` may be
asked for too; {", ".join(f"`{name}`" for name in OF_PAGES)} are of pages only. The header
`X-Changes-Cursor` tells from where the change feed goes on behind the file; what was written while
it began may be in both.

* `ndjson`: on each line a record, as GET shows it.
* `csv`: a table with a header, `id,name,address.city,specialities`; of relationships with `from.id`
  and `to.id` in place of `id`. A list of plain values stands in one cell, `Nurse|Pharmacist`, with
  `\\|` and `\\\\` for a bar and a backslash inside a value; `|` is the empty list and `""` the
  empty text, since an empty cell is no value. What is made of parts has a column for each part of
  which there is any, `names[0].family`, or one column of JSON where parts cannot tell it. There is
  neither `contained` nor `meta`. Cells are as they are stored: let spreadsheets take them for text,
  or a value that begins with `=` is a formula to them.
"""


def export_parameters() -> dict[str, Object]:
    formats = {"type": "string", "enum": [format.value for format in ExportFormat]}
    return {
        FORMAT: query_parameter(FORMAT, formats, ExportFormat.NDJSON.value, FORMAT_DESCRIPTION),
        AFTER: query_parameter(
            AFTER,
            TEXT,
            "john-doe",
            "With `format`: only records behind this id, to go on after an export that broke off."
            " A table has the same columns then, as long as nothing was written.",
        ),
    }


def listed(description: str, name: str, examples: Examples) -> Object:
    """The answers of a list: a page, or the file that it is exported as."""
    page = answer(f"{description} With `format` a file of all of them.", name, examples)
    files = {format.media_type: {"schema": TEXT} for format in ExportFormat}
    headers = {"ETag": ref("headers", "PageETag")}
    return {**page, "headers": headers, "content": {**page["content"], **files}}
