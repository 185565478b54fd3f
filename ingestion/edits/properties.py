"""Setting one property of a stored resource: the edit that stewards make of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from profiles.exact import Json
from profiles.faults import Fault, faulty, pointer


@dataclass(frozen=True, slots=True)
class SetProperty:
    """Sets what stands at a path of `data`, or removes it where `value` is None.

    Unlike a JSON Merge Patch it sets a group whole, and leaves no empty one where there was none.
    """

    keys: Sequence[str]
    value: Json

    def apply(self, document: Json) -> Json:
        group = document["data"]
        for depth, key in enumerate(self.keys[:-1], 1):
            if key not in group and self.value is None:
                return document
            group = group.setdefault(key, {})
            if not isinstance(group, dict):
                place = pointer("data", *self.keys[:depth])
                raise faulty("resource", [self.locate(Fault(place, "type", "Must be a group."))])
        if self.value is None:
            group.pop(self.keys[-1], None)
        else:
            group[self.keys[-1]] = self.value
        return document

    def locate(self, fault: Fault) -> Fault:
        return replace(fault, scope="result")
