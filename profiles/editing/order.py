"""The order of a body's members, which rows and inputs do not keep."""

from __future__ import annotations

from itertools import zip_longest

from profiles.editing.rows import KEYED
from profiles.exact import Json


def in_order_of(base: Json, value: Json, *, are_rows: bool = False) -> Json:
    """`value`, its members in the order of `base`, so that what is the same looks the same.

    `are_rows` says that its members are rows, whose order somebody chose.
    """
    if isinstance(base, dict) and isinstance(value, dict):
        ranks = {key: rank for rank, key in enumerate(() if are_rows else base)}
        keys = sorted(value, key=lambda key: ranks.get(key, len(ranks)))
        return {
            key: in_order_of(base.get(key), value[key], are_rows=not are_rows and key in KEYED)
            for key in keys
        }
    if isinstance(base, list) and isinstance(value, list):
        pairs = list(zip_longest(base, value))[: len(value)]
        return [in_order_of(old, new) for old, new in pairs]
    return value
