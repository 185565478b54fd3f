"""Random profiles and records: what was accepted comes back exactly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.exact import Json, canonical, decode
from tests.api.test_fuzzing import rolled_back
from tests.clients import Api
from tests.profiles.judging import read
from tests.strategies import BOUNDED
from tests.strategies.definitions import Definitions, catalogues
from tests.strategies.records import valid_bodies


@st.composite
def with_nulls(draw: st.DrawFn, value: Json) -> Json:
    """The value with members more that are null, and so absent."""
    if isinstance(value, list):
        return [draw(with_nulls(element)) for element in value]
    if not isinstance(value, dict):
        return value
    names = draw(st.lists(st.sampled_from(["a", "name", "none", "id"]), max_size=1))
    nulls = {name: None for name in names if name not in value}
    return {**nulls, **{key: draw(with_nulls(member)) for key, member in value.items()}}


def as_text(value: Json, is_ascii: bool) -> str:
    """JSON text with every number as it was drawn: with its exponent, its sign, its last zeros."""
    if isinstance(value, dict):
        keys = [json.dumps(key, ensure_ascii=is_ascii) for key in value]
        parts = [as_text(member, is_ascii) for member in value.values()]
        return "{" + ",".join(map(": ".join, zip(keys, parts, strict=True))) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_text(element, is_ascii) for element in value) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=is_ascii)


def as_shown(value: Json) -> Json:
    """Without null members; numbers without exponent and without a minus before zero."""
    if isinstance(value, dict):
        return {key: as_shown(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [as_shown(element) for element in value]
    if not isinstance(value, Decimal):
        return value
    plain = format(value if value else abs(value), "f")
    return Decimal(plain) if "." in plain else int(plain)


def completed(sent: dict[str, Any], shown: dict[str, Any], parent: str) -> dict[str, Any]:
    """What was sent under `contained`, its ids completed; one that was made is as it is shown."""
    return {
        key: [
            completed_one(row, made, f"{parent}/{key}")
            for row, made in zip(rows, shown[key], strict=True)
        ]
        for key, rows in sent.items()
    }


def completed_one(row: dict[str, Any], shown: dict[str, Any], place: str) -> dict[str, Any]:
    id = f"{place}/{row.get('id') or shown['id'].removeprefix(f'{place}/')}"
    inner = row.get("contained")
    if inner is None:
        return {**row, "id": id}
    return {**row, "id": id, "contained": completed(inner, shown["contained"], id)}


def test_what_was_accepted_comes_back_exactly(api: Api) -> None:
    @settings(BOUNDED, max_examples=60)
    @given(catalogues(), st.data())
    def send(definitions: Definitions, data: st.DataObject) -> None:
        body = data.draw(valid_bodies("top", read(definitions)).flatmap(with_nulls))
        text = as_text(body, data.draw(st.booleans()))
        rolled_back(lambda: check(api, definitions, body, text))

    send()


def check(api: Api, definitions: Definitions, body: dict[str, Any], text: str) -> None:
    for key, definition in reversed(definitions.items()):
        assert api.put(f"profiles/{key}", definition).status == 201
    put = api.put("resources/top/one", text)
    assert put.status == 201, put.text
    got = api.get("resources/top/one")
    shown = decode(got.text.encode())
    sent = as_shown(body)
    assert canonical(shown["data"]) == canonical(sent["data"])
    contained = completed(sent.get("contained", {}), shown["contained"], "top/one")
    assert canonical(shown["contained"]) == canonical(contained)
    again = api.put("resources/top/one", {part: shown[part] for part in ("data", "contained")})
    assert (again.status, again.etag) == (200, got.etag)
