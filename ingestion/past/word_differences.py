"""Two texts side by side, with the words that differ marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_WORDS = 4_000
"""Beyond so many, what differs is marked in one piece: to match words takes their square."""
FEW_WORDS = 5
LEAST_ALIKE = 0.3
"""Texts that have less in common are others, and no text reads well with every second word marked.
"""
LONGEST_SAME = 600
"""Characters of a stretch that both have, beyond which the middle of it is folded."""
SHOWN_SAME = 200

_words = re.compile(r"\r\n|\s|\w+|[^\w\s]")


class Piece(NamedTuple):
    text: str
    is_marked: bool = False
    is_folded: bool = False


def side_by_side(old: str, new: str) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Both texts in pieces, of which those are marked that the other does not have."""
    one, other = _words.findall(old), _words.findall(new)
    if max(len(one), len(other)) <= FEW_WORDS:
        return [Piece(old)], [Piece(new)]
    steps = list(_steps(one, other))
    alike = sum(len(step.old) for step in steps if step.is_same)
    if alike < LEAST_ALIKE * min(len(old), len(new)):
        return [Piece(old)], [Piece(new)]
    return (
        list(_pieces((step.is_same, step.old) for step in steps)),
        list(_pieces((step.is_same, step.new) for step in steps)),
    )


def look_alike(old: str, new: str) -> bool:
    """Whether nobody who reads both can tell them apart."""
    return _seen(old) == _seen(new)


def _seen(text: str) -> str:
    shown = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", shown).split())


class _Step(NamedTuple):
    is_same: bool
    old: str
    new: str


def _steps(one: Sequence[str], other: Sequence[str]) -> Iterator[_Step]:
    """What is the same and what is not, in order; first what both begin and end with."""
    most = min(len(one), len(other))
    begin = next((n for n in range(most) if one[n] != other[n]), most)
    end = next((n for n in range(most - begin) if one[-1 - n] != other[-1 - n]), most - begin)
    yield _step(True, one[:begin], other[:begin])
    yield from _between(one[begin : len(one) - end], other[begin : len(other) - end])
    yield _step(True, one[len(one) - end :], other[len(other) - end :])


def _between(one: Sequence[str], other: Sequence[str]) -> Iterator[_Step]:
    if max(len(one), len(other)) > MOST_WORDS:
        yield _step(False, one, other)
        return
    for tag, start, stop, begin, end in SequenceMatcher(None, one, other).get_opcodes():
        yield _step(tag == "equal", one[start:stop], other[begin:end])


def _step(is_same: bool, old: Sequence[str], new: Sequence[str]) -> _Step:
    return _Step(is_same, "".join(old), "".join(new))


def _pieces(texts: Iterable[tuple[bool, str]]) -> Iterator[Piece]:
    for is_same, text in texts:
        if is_same and len(text) > LONGEST_SAME:
            begin, end = SHOWN_SAME, len(text) - SHOWN_SAME
            begin = text.rfind(" ", 0, begin) + 1 or begin  # No word is cut.
            end = max(end, text.find(" ", end))
            yield Piece(text[:begin])
            yield Piece(text[begin:end], is_folded=True)
            yield Piece(text[end:])
        elif text:
            yield Piece(text, is_marked=not is_same)
