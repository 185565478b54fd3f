"""Names for what is made from a profile or definition: components, methods, tags.

Keys may hold `-` and `_` and differ in nothing else, and a profile may be called `error`; names of
classes and functions may not. So each key gets a stem, and what is made from it is named by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

_separators = re.compile(r"[-_]+")
_unsaid = re.compile(r"[^a-z0-9]")


class Stems:
    """Gives each key a stem of its own. The first that comes has the plain one."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {_folded(name) for name in taken}

    def take(self, *keys: str, forms: Sequence[str]) -> str:
        """A stem for which none of the names is taken that `forms` make of it, as `{}Body` does."""
        wanted = pascal(*keys)
        for number in count(1):
            stem = wanted if number == 1 else f"{wanted}{number}"
            names = {_folded(form.format(stem)) for form in forms}
            if names.isdisjoint(self._taken):
                self._taken |= names
                return stem
        raise AssertionError("There is always one more number.")


def pascal(*keys: str) -> str:
    """Keys in PascalCase: `provider-office` as ProviderOffice, and a number as Type7."""
    words = [word for key in keys for word in _separators.split(key) if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"Type{name}"


def _folded(name: str) -> str:
    """A name as languages may spell it that write methods and files in small letters."""
    return _unsaid.sub("", name.lower())
