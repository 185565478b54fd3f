"""Tasks: submitted sets of operations, how far each has come, and what became of them.

The rows of a task are few, however many operations it has: a share for each process that works on
it, and a chunk for each of its transactions.
"""

from __future__ import annotations

from django.db import models

from ingestion.records import new_row_id
from profiles.fields import ExactJSONField
from profiles.models import Source


class TaskKind(models.TextChoices):
    """The values are what ids of tasks begin with (api-facts, *Bulk, bundle, purge, tasks*)."""

    BULK = "bk"
    BUNDLE = "bd"
    PURGE = "pg"


class TaskMode(models.TextChoices):
    WRITE = "write"
    PLAN = "plan"


class TaskStatus(models.TextChoices):
    PENDING = "PENDING"
    """Waits or runs."""
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    """Has ended; an operation was refused, or `problem` says what stopped it all."""
    CANCELLED = "CANCELLED"


class Task(models.Model):
    id = models.UUIDField(primary_key=True, default=new_row_id, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, db_index=False)
    kind = models.CharField(max_length=2, choices=TaskKind)
    mode = models.CharField(max_length=5, choices=TaskMode, default=TaskMode.WRITE)
    actor = models.CharField(max_length=200)
    reason = models.TextField(default="", db_default="", blank=True)
    """Why, if whoever asked said so; kept with every change that it makes."""
    status = models.CharField(max_length=9, choices=TaskStatus, default=TaskStatus.PENDING)
    asked = ExactJSONField(default=dict)
    """What is to be done, as the kind of task reads it: `ingestion.tasks.reading.Bulk`, …"""
    upload = models.CharField(max_length=200, blank=True)
    """The name of what was sent, in the storage of uploads; empty once it is done with."""
    plan = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    """The plan that it carries out."""
    total = models.BigIntegerField(null=True)
    """How many operations there are, where that is known."""
    problem = ExactJSONField(null=True)
    is_cancelled = models.BooleanField(default=False)
    """Somebody asked for its end."""
    received_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "id"], name="task_of_source"),
            models.Index(fields=["source", "actor", "id"], name="task_of_actor"),
            models.Index(
                fields=["id"],
                name="task_unfinished",
                condition=models.Q(status=TaskStatus.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return f"{self.kind}_{self.id.hex}"


class TaskShare(models.Model):
    """What one process does of a task, and how far it has come.

    Written in the transaction of each chunk, so it never tells more nor less than was done.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="shares", db_index=False)
    number = models.PositiveSmallIntegerField()
    position = models.BigIntegerField(default=0)
    """Where to go on in what was sent; what it counts is up to its format."""
    next_index = models.BigIntegerField(default=0)
    """The number, among all operations of the task, of the one there."""
    done = models.BigIntegerField(default=0)
    chunks = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    deleted = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    deleted_relationships = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    """Since the last chunk: so often a process has begun here and did not come further."""
    is_finished = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="share_of_task"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.number}"


class TaskChunk(models.Model):
    """The receipts of one transaction of a share, and what it refused as that was sent."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="chunks", db_index=False)
    share = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    count = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    receipts = models.TextField()
    """JSON: an array of `ingestion.tasks.receipts.StoredReceipt`."""
    rejects = models.BinaryField(default=b"")
    """NDJSON. Bytes, since what is no JSON may be no text either."""
    completed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "share", "number"], name="chunk_of_share"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.share}/{self.number}"
