"""Resources without the one partner that each of their side should have.

That cannot hold at every moment of a load, so no write is refused for it: it is told. Always as of
now, by walking the resources in the order of their ids, no more than `LOOKED_AT` for a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ingestion.sql import run
from ingestion.walking import in_index_order
from profiles.contract import Contract
from profiles.exact import Json
from relationships.contract import CompiledDefinition, Side

LOOKED_AT = 10_000
SideName = Literal["from", "to"]
SIDES: Sequence[SideName] = ("from", "to")


class Missing(NamedTuple):
    """A resource, and the side of the definition on which it lacks a partner."""

    name: SideName
    side: Side
    id: str

    def as_json(self) -> Mapping[str, Json]:
        return {
            "side": self.name,
            "type": self.side.profile_key,
            "id": self.id,
            "includeKey": self.side.include_key,
            "expected": self.side.cardinality.value,
        }


@dataclass(frozen=True, slots=True)
class MissingPage:
    rows: Sequence[Missing]
    following: tuple[SideName, str] | None
    """The side and id behind which the next page begins; None after the last."""


@in_index_order()
def missing_page(
    contract: Contract,
    definition: CompiledDefinition,
    names: Sequence[SideName],
    behind: tuple[SideName, str] | None,
    size: int,
) -> MissingPage:
    """Up to `size` of them, by side and id. A page may hold fewer though others may follow."""
    rows: list[Missing] = []
    for name, after in _left(names, behind):
        side = definition.from_side if name == "from" else definition.to_side
        if not side.cardinality.needs_one:
            continue
        ids, looked_to = _missing(contract, definition, name, side, after, size + 1 - len(rows))
        rows += [Missing(name, side, id) for id in ids]
        if len(rows) > size:
            return MissingPage(rows[:size], (rows[size - 1].name, rows[size - 1].id))
        if looked_to is not None:
            return MissingPage(rows, (name, looked_to))
    return MissingPage(rows, None)


def _left(
    names: Sequence[SideName], behind: tuple[SideName, str] | None
) -> Iterator[tuple[SideName, str]]:
    """The sides that are not behind us, each with the id where to go on."""
    start = behind[0] if behind else names[0]
    for name in names[names.index(start) :]:
        yield name, behind[1] if behind and name == start else ""


def _missing(
    contract: Contract,
    definition: CompiledDefinition,
    name: SideName,
    side: Side,
    after: str,
    limit: int,
) -> tuple[list[str], str | None]:
    """The ids, and how far it looked if there may be more.

    One look into an index for each resource: a join would be planned by statistics, which may have
    it read every relationship there is.
    """
    ((ids, looked_to),) = run(
        f"""
        WITH looked AS MATERIALIZED (
            SELECT id, public_id FROM ingestion_resource
            WHERE source_id = %s AND profile_id = %s AND public_id > %s
            ORDER BY public_id LIMIT {LOOKED_AT}
        )
        SELECT array(
                   SELECT public_id FROM looked LEFT JOIN LATERAL (
                       SELECT TRUE AS is_there FROM relationships_relationship
                       WHERE source_id = %s AND definition_id = %s AND {_partner(name, side)}
                       LIMIT 1
                   ) AS partner ON TRUE
                   WHERE is_there IS NULL ORDER BY public_id LIMIT %s
               ),
               (SELECT public_id FROM looked ORDER BY public_id OFFSET {LOOKED_AT - 1})
        """,
        [
            *(contract.source_id, contract.profiles[side.profile_key].id, after),
            *(contract.source_id, definition.id, limit),
        ],
    )
    return ids, looked_to


def _partner(name: SideName, side: Side) -> str:
    """By one entry of the index that has this order; a hub on the side `to` of `1:*` takes more."""
    if name == "from":
        return (
            "from_public_id BETWEEN looked.public_id AND looked.public_id"
            " ORDER BY from_public_id, to_public_id"
        )
    column = "to_single" if side.cardinality.allows_one_only else "to_resource_id"
    return f"{column} BETWEEN looked.id AND looked.id ORDER BY {column}"
