"""The tables of the floor: what a Django developer would write first."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from uuid_utils.compat import uuid7


class Record(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "floor"
        indexes = [GinIndex(fields=["data"], opclasses=["jsonb_path_ops"], name="floor_by_data")]

    def __str__(self) -> str:
        return str(self.id)


class Link(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    start = models.ForeignKey(Record, models.CASCADE, related_name="links")
    end = models.ForeignKey(Record, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "floor"
        constraints = [models.UniqueConstraint(fields=["start", "end"], name="floor_one_link")]

    def __str__(self) -> str:
        return str(self.id)
