"""The contract of a source: its profiles at one version, and the lock under which it changes.

A writer holds a shared lock on the contract that it checks against until it commits; whoever saves
a definition holds the exclusive one. Advisory locks, since a row lock on a hot row is not cheap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection

from profiles.faults import not_found
from profiles.models import Profile, Source
from profiles.properties import ProfileDefinition
from profiles.reading import read_profile
from profiles.schema import resource_schema
from profiles.validator import Validator

LOCK_SPACE = 0x5245  # "RE": sets our advisory locks apart from those of others.
KEPT_CONTRACTS = 256


@dataclass(frozen=True)
class CompiledProfile:
    """A profile with what its resources are judged by."""

    id: int
    key: str
    definition: ProfileDefinition
    contract: Contract

    @cached_property
    def validator(self) -> Validator:
        return Validator(resource_schema(self.key, self.contract.catalogue))


@dataclass(frozen=True)
class Contract:
    """All profiles of a source at one contract version."""

    source_id: int
    source_key: str
    version: int

    @cached_property
    def profiles(self) -> Mapping[str, CompiledProfile]:
        rows = Profile.objects.filter(source_id=self.source_id).values_list("id", "key", "body")
        return {key: CompiledProfile(id, key, read_profile(body), self) for id, key, body in rows}

    @cached_property
    def catalogue(self) -> Mapping[str, ProfileDefinition]:
        return {key: profile.definition for key, profile in self.profiles.items()}

    def profile(self, key: str) -> CompiledProfile:
        """Raises NOT_FOUND."""
        try:
            return self.profiles[key]
        except KeyError:
            raise not_found("profile") from None

    def profile_key(self, profile_id: int) -> str:
        return self._keys_by_id[profile_id]

    @cached_property
    def _keys_by_id(self) -> Mapping[int, str]:
        return {profile.id: key for key, profile in self.profiles.items()}


def hold_contract(source_key: str) -> Contract:
    """The contract of a live source, locked against change until the transaction ends.

    Raises NOT_FOUND.
    """
    return _held(source_key, exclusively=False)


def hold_contract_exclusively(source_key: str) -> Contract:
    """As `hold_contract`, for whoever changes the contract, or must write alone."""
    return _held(source_key, exclusively=True)


def current_contract(source_key: str) -> Contract:
    """The contract of a live source, for readers. Raises NOT_FOUND."""
    sql = "SELECT id, contract_version FROM profiles_source WHERE key = %s AND retired_at IS NULL"
    return _found(source_key, sql, [source_key])


def contract_at(source_id: int, source_key: str, version: int) -> Contract:
    """The contract of a source that was just read, with its version."""
    return _contract(source_id, source_key, version)


def raise_contract_version(source: Source) -> int:
    """The source's next contract version; call it under the exclusive lock.

    Drawn from a sequence: a number that was rolled back never comes again, so nothing that was
    compiled for it can be mistaken for something else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE profiles_source SET contract_version = nextval('profiles_contract_version')"
            " WHERE id = %s RETURNING contract_version",
            [source.pk],
        )
        (version,) = cursor.fetchone()
    return int(version)


def _held(source_key: str, *, exclusively: bool) -> Contract:
    """A function of the database, since it takes two statements (migration 0003)."""
    sql = "SELECT id, contract_version FROM profiles_hold_contract(%s, %s, %s)"
    return _found(source_key, sql, [LOCK_SPACE, source_key, exclusively])


def _found(source_key: str, sql: str, parameters: Sequence[Any]) -> Contract:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    if row is None:
        raise not_found("source")
    return _contract(row[0], source_key, row[1])


@lru_cache(maxsize=KEPT_CONTRACTS)
def _contract(source_id: int, source_key: str, version: int) -> Contract:
    return Contract(source_id, source_key, version)
