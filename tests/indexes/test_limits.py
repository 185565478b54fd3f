"""How many properties may be marked."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.indexes import profiles as data_indexes
from ingestion.models import DataIndex
from profiles.faults import ErrorType, Refused
from profiles.models import Profile, Source
from tests import factories
from tests.indexes.worker import jobs, marked, save, states
from tests.writing.threads import Threads


def properties(count: int, of: str = "symbol") -> dict[str, Any]:
    return {f"p{n}": marked(of) for n in range(count)}


def test_a_profile_has_16_at_most(source: Source) -> None:
    save(source, properties(16))
    with pytest.raises(Refused) as refused:
        save(source, properties(17))
    assert (refused.value.status, refused.value.type) == (409, ErrorType.FAILED_PRECONDITION)
    expected = "At most 16 properties of a profile can be indexed, 17 would be."
    assert refused.value.message == expected
    assert len({name.split(":")[0] for name in states()}) == 16
    assert jobs() == 1


def test_a_database_has_a_limit_too(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_indexes, "MOST_OF_A_DATABASE", 5)
    other = factories.SourceFactory.create()
    save(other, properties(3))
    with pytest.raises(Refused, match="At most 5 properties of all sources together can be"):
        save(source, properties(3))
    assert not Profile.objects.filter(source=source).exists()
    save(source, properties(2))
    save(source, properties(1))
    save(other, properties(4))


def test_two_sources_do_not_pass_the_limit_together(
    source: Source, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_indexes, "MOST_OF_A_DATABASE", 5)
    sources = [source, factories.SourceFactory.create()]

    def attempt(one: Source) -> bool:
        try:
            save(one, properties(3, of="integer"))
        except Refused:
            return False
        return True

    jobs = [lambda one=one: attempt(one) for one in sources]
    assert sorted(threads.together(*jobs)) == [False, True]
    assert DataIndex.objects.count() == 3
