"""The paths of `include`: from records, step by step, to what they call the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ingestion.operations import Target
from ingestion.search.including import MOST_PATHS, MOST_STEPS, BadPath
from ingestion.search.scope import Scope
from profiles.contract import Contract
from profiles.paths import DOT
from relationships.contract import CompiledDefinition, Side, definitions_of

OTHER = {"from": "to", "to": "from"}


class Step(NamedTuple):
    """To the resources at one side of the links of a definition."""

    definition_id: int
    far: str
    """That side: `from` or `to`."""
    profile_key: str
    """Of these resources."""

    @property
    def near(self) -> str:
        return OTHER[self.far]


Tree = dict[Step, "Tree"]
"""All paths, by their first steps."""

Steps = Mapping[str, Step]
"""By what one calls what they lead to."""


@dataclass
class PathReader:
    """Reads paths that begin at the records of one of the scopes, or of several."""

    contract: Contract
    scopes: Sequence[Scope]
    trees: Sequence[Tree] = field(init=False)
    """For each scope those that it has."""
    bad: list[BadPath] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.trees = [{} for _ in self.scopes]

    def read(self, paths: Sequence[str]) -> None:
        if len(paths) > MOST_PATHS:
            self.bad.append(BadPath(None, f"Must hold at most {MOST_PATHS} paths."))
            return
        for index, path in enumerate(paths):
            if path in paths[:index]:
                self.bad.append(BadPath(index, "Holds a path twice."))
            else:
                self._read_path(index, path.split(DOT))

    def _read_path(self, index: int, keys: Sequence[str]) -> None:
        """A path is bad that none of the scopes has: each tells what it has."""
        if len(keys) > MOST_STEPS:
            self.bad.append(BadPath(index, f"Holds a path of more than {MOST_STEPS} steps."))
            return
        unknown: list[BadPath] = []
        for scope, tree in zip(self.scopes, self.trees, strict=True):
            found: list[Step] = []
            there = _first_steps(self.contract, scope)
            for key in keys:
                if key not in there:
                    unknown.append(_unknown(index, keys[: len(found)], there))
                    break
                found.append(there[key])
                there = _steps(self.contract, there[key].profile_key)
            else:
                _plant(tree, found)
        if len(unknown) == len(self.scopes):
            self.bad += (one for n, one in enumerate(unknown) if one not in unknown[:n])


def _plant(tree: Tree, steps: Sequence[Step]) -> None:
    for step in steps:
        tree = tree.setdefault(step, {})


def _unknown(index: int, before: Sequence[str], there: Steps) -> BadPath:
    where = f"after {DOT.join(before)}" if before else "at the beginning of a path"
    keys = sorted(there)
    message = f"Holds an unknown step {where}. There are: {', '.join(keys) or 'none'}."
    return BadPath(index, message, keys)


def _first_steps(contract: Contract, scope: Scope) -> Steps:
    if scope.target is Target.RESOURCE:
        return _steps(contract, scope.collection)
    one = definitions_of(contract).get(scope.collection)
    return {name: Step(one.id, name, side.profile_key) for name, side in _sides(one)}


def _steps(contract: Contract, profile_key: str) -> Steps:
    """Those that the resources of a profile have."""
    return {
        near.include_key: Step(one.id, name, far.profile_key)
        for one in definitions_of(contract).all
        for near, (name, far) in zip((one.to_side, one.from_side), _sides(one), strict=True)
        if near.profile_key == profile_key
    }


def _sides(one: CompiledDefinition) -> Iterator[tuple[str, Side]]:
    yield "from", one.from_side
    yield "to", one.to_side
