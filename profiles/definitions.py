"""How definitions are saved and retired: profiles here, relationship definitions in their app.

Everything happens under the exclusive lock of the source's contract, and every saved definition
is kept with its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction
from django.utils import timezone

from profiles.consistency import check_profile, profile_form_faults
from profiles.contract import (
    Contract,
    current_contract,
    hold_contract_exclusively,
    raise_contract_version,
)
from profiles.exact import Json, encode
from profiles.faults import Fault, Refused, bad_key, faulty, not_found, pointer
from profiles.models import Definition, DefinitionVersion, Profile, ProfileVersion
from profiles.names import is_key
from profiles.preconditions import NONE, Preconditions
from profiles.properties import ProfileDefinition, ProfileType
from profiles.uses import in_use, refuse_if_used, uses_of

D = TypeVar("D", bound=Definition)


class Outcome(StrEnum):
    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True)
class Saved(Generic[D]):
    definition: D
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Judged(Generic[D]):
    """A body without faults, and what saving it would do."""

    contract: Contract
    current: D | None
    outcome: Outcome
    columns: Mapping[str, Any]


class Definitions(Generic[D]):
    """Saves and retires the definitions of one kind. Subclasses say what a sound one is."""

    what: ClassVar[str]
    model: type[D]
    version_model: type[DefinitionVersion]

    def __init__(self) -> None:
        self.followers: list[Callable[[D], None]] = []
        """Functions of other apps that are told of each definition that was saved or retired, in
        the same transaction. They may raise `Refused`."""

    def columns(
        self, contract: Contract, key: str, body: Json, current: D | None, is_plan: bool = False
    ) -> Mapping[str, Any]:
        """What else the row holds. Raises `Refused` with every fault of the body.

        A plan is not refused for records that it would leave behind: it tells of them.
        """
        raise NotImplementedError

    def form_faults(self, body: Json) -> list[Fault]:
        """What is wrong with a body by itself. Without such a fault all its members can be read."""
        raise NotImplementedError

    def put_into_effect(self, definition: D) -> None:
        """What follows from a changed definition, in the same transaction."""

    def uses(self, contract: Contract, definition: D) -> Iterable[Fault]:
        """What stands in the way of retiring it."""
        return uses_of(definition)

    @transaction.atomic
    def save(
        self,
        source_key: str,
        key: str,
        body: Json,
        *,
        actor: str,
        reason: str = "",
        preconditions: Preconditions = NONE,
        found: Sequence[Fault] = (),
    ) -> Saved[D]:
        """Create or replace a definition. The same one again changes nothing.

        `found` are faults that the door found itself. Raises `Refused`: NOT_FOUND for the source,
        412 for a precondition, and every fault.
        """
        contract = hold_contract_exclusively(source_key)
        former = self._rows(contract).filter(key=key).first()
        judged = self._judge(contract, former, key, body, preconditions, found)
        if judged.outcome is Outcome.UNCHANGED:
            assert judged.current is not None, "what is not there is new"
            return Saved(judged.current, judged.outcome)
        definition = former or self.model(source_id=contract.source_id, key=key, version=0)
        for column, value in {**judged.columns, "body": body, "retired_at": None}.items():
            setattr(definition, column, value)
        self._keep(definition, body, actor, reason)
        self.put_into_effect(definition)
        self._tell(definition)
        return Saved(definition, judged.outcome)

    def judge(
        self,
        source_key: str,
        key: str,
        body: Json,
        *,
        preconditions: Preconditions = NONE,
        found: Sequence[Fault] = (),
    ) -> Judged[D]:
        """What `save` would do, for a plan of it. Raises what that would raise; holds no lock."""
        contract = current_contract(source_key)
        former = self._rows(contract).filter(key=key).first()
        return self._judge(contract, former, key, body, preconditions, found, is_plan=True)

    def check(self, source_key: str, key: str, body: Json, found: Sequence[Fault] = ()) -> None:
        """Raises `Refused` for what `save` would find in the body. Holds no lock meanwhile."""
        contract = current_contract(source_key)
        current = self._rows(contract).filter(key=key, retired_at=None).first()
        self._sound_columns(contract, key, body, current, list(found))

    @transaction.atomic
    def retire(
        self,
        source_key: str,
        key: str,
        *,
        actor: str,
        reason: str = "",
        preconditions: Preconditions = NONE,
    ) -> None:
        """Delete a definition that nothing uses. Raises `Refused`, FAILED_PRECONDITION if used."""
        contract = hold_contract_exclusively(source_key)
        definition = self._rows(contract).filter(key=key, retired_at=None).first()
        if definition is None:
            raise not_found(self.what)
        preconditions.check(definition.etag)
        refuse_if_used(self.what, self.uses(contract, definition))
        definition.retired_at = timezone.now()
        self._keep(definition, None, actor, reason)
        self._tell(definition)

    def _tell(self, definition: D) -> None:
        for follow in self.followers:
            follow(definition)

    def _judge(
        self,
        contract: Contract,
        former: D | None,
        key: str,
        body: Json,
        preconditions: Preconditions,
        found: Sequence[Fault],
        is_plan: bool = False,
    ) -> Judged[D]:
        current = former if former and former.retired_at is None else None
        preconditions.check(current.etag if current else None)
        faults = list(found)
        if not is_key(key):
            faults.append(bad_key(self.what))
        columns = self._sound_columns(contract, key, body, current, faults, is_plan)
        outcome = Outcome.CHANGED if current else Outcome.CREATED
        if current and encode(current.body) == encode(body):
            outcome = Outcome.UNCHANGED
        return Judged(contract, current, outcome, columns)

    def _sound_columns(
        self,
        contract: Contract,
        key: str,
        body: Json,
        current: D | None,
        faults: list[Fault],
        is_plan: bool = False,
    ) -> Mapping[str, Any]:
        """`columns`, beside faults that were found before. Raises `Refused` with all of them."""
        columns: Mapping[str, Any] = {}
        try:
            columns = self.columns(contract, key, body, current, is_plan)
        except Refused as refused:
            faults += refused.faults
        if faults:
            raise faulty(self.what, faults)
        return columns

    def _rows(self, contract: Contract) -> Any:
        return self.model.with_retired.filter(source_id=contract.source_id)

    def _keep(self, definition: D, body: Json, actor: str, reason: str) -> None:
        definition.version += 1
        definition.updated_at = timezone.now()
        definition.save()
        versions: Any = self.version_model._default_manager
        versions.create(
            definition=definition,
            version=definition.version,
            body=body,
            contract_version=raise_contract_version(definition.source),
            actor=actor,
            reason=reason,
        )


class Profiles(Definitions[Profile]):
    what = "profile"
    model = Profile
    version_model = ProfileVersion

    def __init__(self) -> None:
        super().__init__()
        self.name_claims: list[Callable[[Profile], Iterable[str]]] = []
        """Functions of other apps that tell which contain keys a profile cannot have."""

    def columns(
        self,
        contract: Contract,
        key: str,
        body: Json,
        current: Profile | None,
        is_plan: bool = False,
    ) -> Mapping[str, Any]:
        definition = check_profile(key, body, contract.catalogue)
        faults = list(self._faults_beside_records(definition, current))
        if faults:
            raise faulty(self.what, faults)
        return {}

    def form_faults(self, body: Json) -> list[Fault]:
        return profile_form_faults(body)

    def _faults_beside_records(
        self, definition: ProfileDefinition, current: Profile | None
    ) -> Iterable[Fault]:
        if current is None:
            return
        if definition.type is ProfileType.CONTAINED:
            yield from (fault.under("/type") for fault in uses_of(current))
        taken = {key for claim in self.name_claims for key in claim(current)}
        for key in sorted(definition.contained.keys() & taken):
            message = "Is the includeKey of a relationship definition of this profile."
            yield Fault(pointer("contained", key), "unique", message)

    def uses(self, contract: Contract, definition: Profile) -> Iterable[Fault]:
        yield from super().uses(contract, definition)
        containing = [
            key
            for key, other in contract.catalogue.items()
            if key != definition.key
            and any(definition.key in row.types for row in other.contained.values())
        ]
        if containing:
            yield in_use(len(containing), Profile, sorted(containing))


profiles = Profiles()
