"""The body of a definition as rows, and back, with nothing lost on the way.

What is named by its key in the body is a row that has a `key`. The rule that always holds stands
in the row itself: most properties have no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from profiles.exact import Json
from profiles.faults import Fault, pointer

CRITERIA: Final = ("required", "min", "max", "enum", "pattern")
KEYED: Final = ("properties", "contained")
"""Members of a definition whose own members are rows."""

REPEATED = "Another row has this key too."


def rows_of(body: Mapping[str, Json]) -> dict[str, Json]:
    """The rows of a body whose form is sound."""
    rows = dict(body)
    if "properties" in body:
        rows["properties"] = _property_rows(body["properties"])
    if "contained" in body:
        rows["contained"] = [{"key": key, **row} for key, row in body["contained"].items()]
    return rows


def body_of(rows: Mapping[str, Json]) -> dict[str, Json]:
    """The body that rows amount to. Of two rows with one key only the first is in it."""
    body = dict(rows)
    if "properties" in rows:
        body["properties"] = _by_key(rows["properties"], are_properties=True)
    if "contained" in rows:
        body["contained"] = _by_key(rows["contained"], are_properties=False)
    return body


def parted(rules: Sequence[Json]) -> tuple[Mapping[str, Json], Sequence[Json]]:
    """The rule that stands in the row, empty if there is none, and the others."""
    first = rules[0] if rules else {}
    if first and first.keys() <= set(CRITERIA):
        return first, rules[1:]
    return {}, rules


def repeated_keys(rows: Mapping[str, Json], place: str = "") -> Iterator[Fault]:
    """Rows that share a key, which no body could show: a fault for each such key."""
    for member in KEYED:
        seen: set[str] = set()
        for row in _elements(rows.get(member)):
            key, at = _key(row), place + pointer(member, _key(row))
            if key in seen:
                yield Fault(at, "unique", REPEATED)
            seen.add(key)
            yield from _repeated_below(row, at)


def _repeated_below(row: Mapping[str, Json], place: str) -> Iterator[Fault]:
    yield from repeated_keys({"properties": row.get("properties")}, place)
    if isinstance(row.get("items"), dict):
        yield from _repeated_below(row["items"], f"{place}/items")


def _property_rows(properties: Mapping[str, Json]) -> list[Json]:
    return [{"key": key, **_property_row(prop)} for key, prop in properties.items()]


def _property_row(prop: Mapping[str, Json]) -> dict[str, Json]:
    row = {name: member for name, member in prop.items() if name != "rules"}
    if "rules" in prop:
        always, others = parted(prop["rules"])
        row |= always
        if others or not always:
            row["rules"] = [_rule_row(rule) for rule in others]
    if "items" in prop:
        row["items"] = _property_row(prop["items"])
    if "properties" in prop:
        row["properties"] = _property_rows(prop["properties"])
    return row


def _rule_row(rule: Mapping[str, Json]) -> dict[str, Json]:
    if "when" not in rule:
        return dict(rule)
    ((operator, comparison),) = rule["when"].items()
    ((path, value),) = comparison.items()
    return {**rule, "when": {"operator": operator, "path": path, "value": value}}


def _by_key(rows: Json, *, are_properties: bool) -> Json:
    """The members that rows become; what was typed as JSON, and is no list, stays as it is."""
    if not isinstance(rows, list):
        return rows
    members: dict[str, Json] = {}
    for row in _elements(rows):
        members.setdefault(_key(row), _property(row) if are_properties else _without_key(row))
    return members


def _property(row: Json) -> Json:
    if not isinstance(row, dict):
        return row
    prop = {name: row[name] for name in row if name not in ("key", "rules", *CRITERIA)}
    always = {name: row[name] for name in CRITERIA if name in row}
    if always or "rules" in row:
        others = row.get("rules", [])
        is_list = isinstance(others, list)
        prop["rules"] = [*([always] if always else []), *map(_rule, others if is_list else [])]
    if "items" in row:
        prop["items"] = _property(row["items"])
    if "properties" in row:
        prop["properties"] = _by_key(row["properties"], are_properties=True)
    return prop


def _rule(row: Json) -> Json:
    when = row.get("when") if isinstance(row, dict) else None
    if not isinstance(when, dict):
        return row
    comparison = {when.get("path", ""): when["value"]} if "value" in when else {}
    return {**row, "when": {when.get("operator", ""): comparison}}


def _without_key(row: Mapping[str, Json]) -> dict[str, Json]:
    return {name: member for name, member in row.items() if name != "key"}


def _elements(rows: Json) -> list[Mapping[str, Json]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _key(row: Mapping[str, Json]) -> str:
    return str(row.get("key", ""))
