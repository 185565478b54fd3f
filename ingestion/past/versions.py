"""The versions of one record in all its lives, with what it then was: what pages of history show.

Changes may be gone (retention), and what they held (erasure). Then what was before is not known,
and nobody guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from ingestion.models import Change
from ingestion.operations import Action
from ingestion.past.changes import PastRecord, changes_before


@dataclass(frozen=True, slots=True)
class Version:
    """A change, and the one that made the record what it was before."""

    change: Change
    before: Change | None
    """None where there was nothing before, or where it is not kept."""

    @property
    def is_deletion(self) -> bool:
        return self.change.action == Action.DELETE

    @property
    def is_first(self) -> bool:
        """A life of the record begins with it."""
        return self.change.version == 1 and not self.is_deletion

    @property
    def lacks_before(self) -> bool:
        """There was a version before it, which is not kept."""
        return not self.is_first and self.before is None

    @property
    def is_readable(self) -> bool:
        """Whether what the record then was is still there, to be shown, compared and restored."""
        return not self.change.is_erased

    @property
    def is_comparable(self) -> bool:
        """Whether it can be told what was changed."""
        is_known = self.before is not None and not self.before.is_erased
        return self.is_readable and (self.is_first or is_known)


def versions_page(
    record: PastRecord, before: int | None, size: int
) -> tuple[list[Version], int | None]:
    """Versions that come before a `seq`, newest first, and before which the next page goes on."""
    changes = changes_before(record, before, size + 1)
    pairs = zip_longest(changes[:size], changes[1 : size + 1])
    versions = [version_of(change, older) for change, older in pairs if change is not None]
    return versions, changes[size - 1].seq if len(changes) > size else None


def version_of(change: Change, older: Change | None) -> Version:
    """A change, by the one that comes before it among those of its id."""
    return Version(change, older if older is not None and _follows(change, older) else None)


def find_before(record: PastRecord, change: Change) -> Version:
    """A change with what was before it, in one statement."""
    older = changes_before(record, change.seq, 1)
    return version_of(change, older[0] if older else None)


def _follows(change: Change, older: Change) -> bool:
    """In one life, without anything between. A deletion has the version that it ends."""
    step = 0 if change.action == Action.DELETE else 1
    is_same_life = older.record_id == change.record_id and older.action != Action.DELETE
    return is_same_life and change.version == older.version + step
