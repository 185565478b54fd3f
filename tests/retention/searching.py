"""Looking for a text in all that is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import connection

COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    ORDER BY table_name, column_name
"""


def places_of(text: str, folder: Path) -> list[str]:
    """The columns of the whole database that hold a text somewhere, and the uploads that do."""
    return [*_columns(text), *_files(text, folder)]


def _columns(text: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column, type in cursor.fetchall():
            held = f'"{column}"' if type == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE position(%s::bytea in {held}) > 0',
                [text.encode()],
            )
            ((count,),) = cursor.fetchall()
            if count:
                yield f"{table}.{column}: {count}"


def _files(text: str, folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*")):
        if text.encode() in path.read_bytes():
            yield path.name
