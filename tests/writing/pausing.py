"""Short pauses at every lock and around every commit, so that writers meet who seldom would.

They are tied to what a statement does, not to how it is written.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import connection, connections

LOCKING = re.compile(
    r"\bFOR (NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b|advisory|hold_contract"
    r"|\b(INSERT INTO|UPDATE|DELETE FROM)\b"
)
OFTEN, MEAN, LONGEST = 0.4, 0.003, 0.03
"""How often to pause, and for how many seconds."""

SLOW_ROWS = """
CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF random() < 0.1 THEN
        PERFORM pg_sleep(random() * 0.004);
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER pause BEFORE INSERT OR UPDATE OR DELETE ON ingestion_resource
    FOR EACH ROW EXECUTE FUNCTION pause();
CREATE TRIGGER pause BEFORE INSERT OR UPDATE OR DELETE ON relationships_relationship
    FOR EACH ROW EXECUTE FUNCTION pause();
CREATE TRIGGER pause BEFORE INSERT ON ingestion_change
    FOR EACH ROW EXECUTE FUNCTION pause();
"""


@dataclass(frozen=True, slots=True)
class Moments:
    """Between these two something happened, by `time.monotonic`."""

    began: float
    ended: float


class Pauses:
    """Those of one thread."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self.committed: Moments | None = None
        """The last commit."""

    def rest(self) -> None:
        if self._dice.random() < OFTEN:
            time.sleep(min(LONGEST, self._dice.expovariate(1 / MEAN)))

    def around_lock(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not LOCKING.search(sql):
            return execute(sql, params, many, context)
        self.rest()
        result = execute(sql, params, many, context)
        self.rest()
        return result

    def around_commit(self, commit: Callable[[], None]) -> None:
        self.rest()
        began = time.monotonic()
        commit()
        self.committed = Moments(began, time.monotonic())
        self.rest()


@contextmanager
def pausing(dice: Random) -> Iterator[Pauses]:
    """The connection of this thread pauses."""
    pauses = Pauses(dice)
    own: Any = connections["default"]
    commit = own.commit
    own.commit = lambda: pauses.around_commit(commit)
    try:
        with connection.execute_wrapper(pauses.around_lock):
            yield pauses
    finally:
        del own.commit


@contextmanager
def slow_rows() -> Iterator[None]:
    """Rows that are written pause too, so that statements meet halfway."""
    with connection.cursor() as cursor:
        cursor.execute(SLOW_ROWS)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION pause CASCADE")
