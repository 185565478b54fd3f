"""The first row of a table: which column is which, or every column that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.tables.cells import is_divided
from ingestion.tables.columns import (
    Column,
    RecordType,
    Steps,
    find_column,
    known_columns,
    path_text,
)
from profiles.faults import Fault, Refused, faulty, missing_member, pointer
from profiles.paths import DOT

Mapped = Mapping[str, str | None]
"""By the names of columns in the file, what each is; None for one that is passed over."""

SHOWN = 20
WHAT = "table"


@dataclass(frozen=True, slots=True)
class Header:
    """By the places of the cells in a row."""

    ids: Mapping[str, int]
    columns: Mapping[int, Column]
    passed_over: frozenset[int]


def read_header(
    names: Sequence[str], record_type: RecordType, mapped: Mapped | None = None
) -> Header:
    """Raises `Refused` with every wrong column, and what there is.

    A column without a name is none, unless it is `mapped`: its cells have to be empty.
    """
    given = mapped or {}
    meant = {
        place: given.get(name, name)
        for place, name in enumerate(names)
        if name in given or name.strip()
    }
    asked = {place: name for place, name in meant.items() if name is not None}
    ids = {place: name for place, name in asked.items() if name in record_type.id_columns}
    found = {place: find_column(record_type, asked[place]) for place in asked.keys() - ids.keys()}
    columns = {place: column for place, column in sorted(found.items()) if column is not None}
    unknown = {place: asked[place] for place in sorted(found.keys() - columns.keys())}
    faults = [
        *_missing_faults(names, given, record_type, ids.values()),
        *_unknown_faults(names, unknown, record_type),
        *_clashes(names, ids, columns),
    ]
    if faults:
        raise faulty(WHAT, faults)
    places = {name: place for place, name in ids.items()}
    return Header(places, columns, frozenset(meant.keys() - asked.keys()))


def suggested(names: Sequence[str], record_type: RecordType) -> dict[str, str | None]:
    """What the columns of a file may be, by their names; nothing is suggested twice.

    Case, spaces, underscores and the like do not count. `Postal Code` may be `address.postalCode`
    too, unless other names end so as well.
    """
    known = list(known_columns(record_type))
    whole = _unambiguous({name: _folded(name) for name in known})
    ends = _unambiguous({name: _folded(name.rpartition(DOT)[2]) for name in known})
    found: dict[str, str | None] = {name: name for name in names if _is_exact(name, record_type)}
    for name in names:
        one = whole.get(_folded(name)) or ends.get(_folded(name))
        found.setdefault(name, None if one in found.values() else one)
    return {name: found[name] for name in names}


def no_header() -> Refused:
    message = "Has no header: its first row names the columns."
    return faulty(WHAT, [Fault("", "header", message)])


def _missing_faults(
    names: Sequence[str], given: Mapped, record_type: RecordType, ids: Collection[str]
) -> Iterator[Fault]:
    for name in given:
        if name not in names:
            yield Fault(pointer(name), "unknown", "Is no column of this file.", list(names))
    for name in record_type.id_columns if record_type.ends is not None else ():
        if name not in ids:
            yield missing_member(pointer(name))


def _unknown_faults(
    names: Sequence[str], unknown: Mapping[int, str], record_type: RecordType
) -> Iterator[Fault]:
    """What there is, is told in full once: a profile may have a thousand properties."""
    there = list(known_columns(record_type)) if unknown else []
    more = f" … and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    shown = f"There are: {', '.join(there[:SHOWN])}{more}."
    for index, (place, name) in enumerate(unknown.items()):
        sent = names[place]
        what = "Is not known." if sent == name else f"Is mapped to {name}, which is not known."
        expected = there if index == 0 else None
        yield Fault(pointer(sent), "unknown", f"{what} {shown}", expected)


def _clashes(
    names: Sequence[str], ids: Mapping[int, str], columns: Mapping[int, Column]
) -> Iterator[Fault]:
    """The same twice; and what lies in another, whose column would hold it too."""
    targets: dict[int, str | Steps] = {**ids, **{p: one.steps for p, one in columns.items()}}
    first: dict[str | Steps, int] = {}
    for place, target in sorted(targets.items()):
        if first.setdefault(target, place) != place:
            yield Fault(pointer(names[place]), "unique", "Is there twice.")
    for place, column in columns.items():
        wholes = (column.steps[:length] for length in range(1, len(column.steps)))
        for whole in filter(first.__contains__, wholes):
            message = f"Is a part of {path_text(whole)}, which has a column too."
            yield Fault(pointer(names[place]), "conflict", message)


def _is_exact(name: str, record_type: RecordType) -> bool:
    """Whether a column is named as it should be. That of a whole would have to hold JSON."""
    if name in record_type.id_columns:
        return True
    column = find_column(record_type, name)
    return column is not None and not is_divided(column.prop)


def _unambiguous(names: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(names.values())
    return {folded: name for name, folded in names.items() if counts[folded] == 1}


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
