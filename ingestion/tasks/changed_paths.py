"""Where two JSON values differ, as JSON Pointers."""

from __future__ import annotations

from collections.abc import Iterator

from profiles.exact import Json, is_same
from profiles.faults import pointer

_ABSENT = object()


def changed_paths(old: Json, new: Json, at: str = "") -> Iterator[str]:
    """The deepest places that tell the difference. Lists of another length differ as a whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
            if one is _ABSENT or other is _ABSENT:
                yield at + pointer(key)
            else:
                yield from changed_paths(one, other, at + pointer(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from changed_paths(one, other, at + pointer(index))
    elif not is_same(old, new):
        yield at
