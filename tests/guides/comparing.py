"""An answer beside what the guide shows of it.

`…` stands for what is left out. What differs each time (ids, times, cursors, secrets) has a name in
the guide: wherever that stands, the same is answered, and two names are never the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LEFT_OUT = "…"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
NAMED = {
    "task": (r"([a-z]+)_[0-9a-f]{32}", r"([a-z]+)_\w+"),
    "time": (f"()({TIME})", f"()({TIME})"),
    "etag": (r'()"(?:[0-9a-f]{32}|\d+)-\d+(?:-\d+)?"', r'()"[\w-]+"'),
    "id": (r"()(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", r"()[\w-]+"),
    "cursor": (r"()[\w-]{20,}\.[\w-]+(?:\.\d+)?", r"()[\w-]+"),
    "secret": (r"(whsec_)\S{44}", r"(whsec_)\w+"),
    "actor": (r"(key:)\w{8} .+", r"(key:)\w{8} .+"),
}
"""As it is answered and as a guide calls it; what is in the first group is the same in both."""


class Names:
    """What the names in a guide stand for."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._meant = dict(known or {})

    def insert(self, text: str) -> str:
        """A text of the guide as it is to be sent."""
        names = sorted(map(re.escape, self._meant), key=len, reverse=True)
        if not names:
            return text
        found = re.compile(rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])")
        return found.sub(lambda name: self._meant[name[0]], text)

    def compare(self, shown: Any, answered: Any, place: str = "") -> None:
        """Raises AssertionError with the place where they differ."""
        match shown, answered:
            case str(), str() if shown == LEFT_OUT:
                return
            case dict(), dict():
                self._compare_members(shown, answered, place)
            case list(), list():
                self._compare_elements(shown, answered, place)
            case str(), str():
                self._compare_texts(shown, answered, place)
            case _:
                assert shown == LEFT_OUT or (shown, type(shown)) == (answered, type(answered)), (
                    place
                )

    def _compare_members(self, shown: Any, answered: Any, place: str) -> None:
        left_out = answered.keys() - shown.keys()
        assert not shown.keys() - answered.keys() - {LEFT_OUT}, f"{place}: {answered}"
        assert bool(left_out) is (LEFT_OUT in shown), f"{place}: {answered}"
        for name in shown.keys() - {LEFT_OUT}:
            self.compare(shown[name], answered[name], f"{place}/{name}")

    def _compare_elements(self, shown: Any, answered: Any, place: str) -> None:
        if shown[-1:] == [LEFT_OUT]:
            assert len(answered) >= len(shown), f"{place}: {answered}"
            shown, answered = shown[:-1], answered[: len(shown) - 1]
        assert len(shown) == len(answered), f"{place}: {answered}"
        for index, pair in enumerate(zip(shown, answered, strict=True)):
            self.compare(*pair, f"{place}/{index}")

    def _compare_texts(self, shown: str, answered: str, place: str) -> None:
        for real, called in NAMED.values():
            found, name = re.fullmatch(real, answered), re.fullmatch(called, shown)
            if found and name and found[1] == name[1]:
                meant = self._meant.setdefault(shown, answered)
                assert meant == answered, f"{place}: {shown} is {meant}, not {answered}"
                others = [other for other, text in self._meant.items() if text == answered]
                assert others == [shown], f"{place}: {answered} has more than one name"
                return
        assert self.insert(shown) == answered, f"{place}: {answered}"


def read_json(text: str) -> Any:
    """JSON, in which `…` may stand for more members, for more elements, or for a value."""
    return json.loads(_marked(text), parse_float=Decimal)


def _marked(text: str) -> str:
    """`…` as a text; among members, as a member."""
    tokens = re.findall(r'"(?:\\.|[^"\\])*"|…|[^"…]+', text)
    before = ""
    for index, token in enumerate(tokens):
        if token == LEFT_OUT:
            is_member = _innermost(before) == "{" and not before.rstrip().endswith(":")
            tokens[index] = f'"{LEFT_OUT}"' + (":0" if is_member else "")
        before += '""' if token.startswith('"') else token
    return "".join(tokens)


def _innermost(before: str) -> str:
    """The bracket that is open."""
    is_open: list[str] = []
    for letter in before:
        if letter in "{[":
            is_open.append(letter)
        elif letter in "}]":
            is_open.pop()
    return is_open[-1] if is_open else ""
