"""Waiting for changes without a thread: one look at the newest tick tells all who wait.

The database sends no notice, since writers would then wait for each other at their commits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Set
from contextlib import suppress
from dataclasses import dataclass, replace

from asgiref.sync import sync_to_async
from django.db import OperationalError, connection

from ingestion.feed.cursors import Piece, Place
from ingestion.feed.following import read_kept
from ingestion.feed.reading import Wanted
from ingestion.feed.ticks import Newest, newest_tick

LOOK_SECONDS = 0.2
"""Between two looks, as long as anybody waits."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Behind:
    """What somebody waits for: changes that the tick `newest` does not see."""

    wanted: Wanted
    newest: Newest


class Watch:
    """Of one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], Behind] = {}
        self._looking: asyncio.Task[None] | None = None

    async def news(self, behind: Behind, seconds: float) -> None:
        """Return once there are changes, or the time is over."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[told] = behind
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await told
        finally:
            self._waiting.pop(told, None)

    async def _look_on(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(LOOK_SECONDS)
                await self._look()
        finally:
            self._looking = None

    async def _look(self) -> None:
        """Look once for all who wait. Whoever came during the look is told by the next one."""
        waiting = dict(self._waiting)
        try:
            newest, found = await sync_to_async(look, thread_sensitive=False)({*waiting.values()})
        except OperationalError:
            logger.warning("The database is away: nobody who waits is told of changes.")
            return
        for told, behind in waiting.items():
            if told.done():
                continue
            if behind in found:
                told.set_result(None)
            else:
                self._waiting[told] = replace(behind, newest=newest)


def look(waiting: Collection[Behind]) -> tuple[Newest, Set[Behind]]:
    """The newest tick, and those for whom it sees something new."""
    try:
        newest = newest_tick()
        return newest, {behind for behind in waiting if _is_over(behind, newest)}
    finally:
        connection.close()  # Which gives it back, as the end of a request would.


def _is_over(behind: Behind, newest: Newest) -> bool:
    """Whether there is something new. A new epoch counts: whoever asks again is told of it."""
    known = behind.newest
    if known.epoch != newest.epoch:
        return True
    if known.cut == newest.cut:
        return False
    place = Place(Piece(known.epoch, known.cut))
    return bool(read_kept(place, newest, replace(behind.wanted, has_payload=False), 1).lines)
