"""Values that often meet: of letters that Python and PostgreSQL fold alike, and near each other."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

LETTERS = "aAbBéÉüß1 -%_\\*'\"\U0010ffff"
LONG = ["x" * 255, "x" * 256, "X" * 257, "x" * 300, "x" * 299 + "y", "ab " * 100]
WHOLE = ["", "a", "A b", "ab", "aB c", "a-b", "é", "ß ü", "%", "_", "a%b", "\\", "'; --", " a"]

texts = st.sampled_from([*WHOLE, *LONG]) | st.text(LETTERS, max_size=5)
tokens = st.sampled_from(["a", "A", "ab", "a b", "É", "é-1", "x" * 70])
days = st.sampled_from(
    [
        *("2023", "2024", "2024-01", "2024-02", "2024-12-31", "0001", "9999", "9999-12"),
        *("2024-02-28", "2024-02-29", "2024-03-01", "0001-01-01", "9999-12-31"),
        *("2000-01-01", "1999-12-31"),
    ]
)
times = st.sampled_from(
    ["00:00:00", "23:59:59", "23:59:60", "12:00:00.5", "12:00:00.500000001", "12:00:00"]
)
offsets = st.sampled_from(["Z", "+00:00", "+14:00", "-12:30"])
whole_days = days.filter(lambda day: len(day) == len("2024-02-28"))
instants = st.builds("{}T{}{}".format, whole_days, times, offsets)
numbers = ("0", "1.10", "1.1", "-1", "0.1", "1e-30", "10", "9", "12345678901234567890.1")
decimals = st.sampled_from([Decimal(number) for number in numbers])
latitudes = st.sampled_from([Decimal(n) for n in ("0", "43.7", "43.701", "90", "-90", "89.99")])
longitudes = st.sampled_from(
    [Decimal(n) for n in ("0", "-79.4", "-79.41", "180", "-180", "179.99", "-179.99")]
)
positions = st.fixed_dictionaries({"longitude": longitudes, "latitude": latitudes})
radii = st.sampled_from([0, 1, 150, 900, 5_000, 2_000_000, 12_000_000, 30_000_000])

VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "symbol": texts,
    "markdown": texts,
    "xhtml": texts,
    "code": tokens,
    "uri": tokens.filter(lambda token: " " not in token),
    "url": st.sampled_from(["http://a.b/É", "HTTP://A.b/é", "mailto:a@b", "http://a"]),
    "decimal": decimals,
    "integer": st.integers(-2, 2) | st.sampled_from([2**63 - 1, -(2**63)]),
    "boolean": st.booleans(),
    "date": days,
    "datetime": days | instants,
    "instant": instants,
    "time": times,
    "geopoint": positions,
    "reference": st.builds(
        lambda known: {"id": known, "type": "office"}, st.sampled_from(["a", "Ab"])
    ),
}
NARROW = frozenset(
    ("start", "city", "line", "family", "given", "value", "display", "title", "country")
)
"""The parts of types that records have, where a type has one of them."""
