"""What the change feed keeps: one row, with the newest tick."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

THE_ROW = 1


class Tick(models.Model):
    """A moment at which somebody looked at what is committed, and the database's epoch.

    Cursors hold the ticks that they are about, so the newest is all that has to be kept
    (`ingestion.feed.ticks`).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ROW)
    epoch = models.CharField(max_length=16)
    """Cursors of another one are of another past: that of the database before it was restored."""
    settled = models.BigIntegerField(default=0)
    """Changes up to this `seq` came with a backup: their transactions are another server's."""
    snapshot = models.TextField()
    """As `pg_snapshot` is written."""
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    """The last `seq` that was drawn, read before the snapshot was taken and after."""
    first_later = models.BigIntegerField()
    """Transactions from this one on draw only a higher `seq` than `low`."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=THE_ROW), name="tick_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.epoch} at {self.at}"
