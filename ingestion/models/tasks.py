"""Tasks: submitted sets of operations, how far each has come, and what became of them.

The rows of a task are few, however many operations it has: a share for each process that works on
it, and a chunk for each of its transactions.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from ingestion.records import new_row_id
from profiles.fields import ExactJSONField
from profiles.models import Source

UNCLAIMED = timedelta(days=1)
"""How long a plan may wait to be carried out, and an upload for its task."""


class TaskKind(models.TextChoices):
    """The values are what ids of tasks begin with (api-facts, *Bulk, bundle, purge, tasks*)."""

    BULK = "bk"
    BUNDLE = "bd"
    PURGE = "pg"
    UNDO = "un"


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
    undoes = models.CharField(max_length=40, default="", db_default="", blank=True)
    """The public id of the task that it undoes."""
    total = models.BigIntegerField(null=True)
    """How many operations there are, where that is known."""
    problem = ExactJSONField(null=True)
    is_cancelled = models.BooleanField(default=False)
    """Somebody asked for it to end."""
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
            models.Index(
                fields=["source", "undoes", "id"],
                name="task_of_undone",
                condition=~models.Q(undoes=""),
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
    """Where reading goes on: in bytes, lines or rows, as the format of what was sent counts."""
    next_index = models.BigIntegerField(default=0)
    """The index of the next operation, among all operations of the task."""
    done = models.BigIntegerField(default=0)
    chunks = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    deleted = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    deleted_relationships = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often a worker has begun here since the last chunk, without finishing another one."""
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


class ConflictReason(models.TextChoices):
    """Why an undo leaves a record alone."""

    CHANGED_SINCE = "CHANGED_SINCE"
    """By somebody else, after the task changed it or in between."""
    LINKED = "LINKED"
    """The task made it, and something hangs on it that the task did not make."""
    UNKNOWN = "UNKNOWN"
    """What it was before is not kept any more."""
    ERASED = "ERASED"
    REFUSED = "REFUSED"
    """Today's definitions have no place for what it was."""


class UndoneRecord(models.Model):
    """A record that an undo has to bring back; once it has ended, those that it could not.

    It names changes and holds nothing of theirs, so what is erased there is gone here too.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    number = models.BigIntegerField()
    """Its place in the order in which they are brought back."""
    target = models.CharField(max_length=12)
    collection = models.CharField(max_length=62, db_collation="C")
    public_id = models.CharField(max_length=320, db_collation="C")
    was_there = models.BooleanField()
    """Before the task."""
    before = models.UUIDField(null=True)
    """The change that holds what it was before the task, if that is kept."""
    made = models.UUIDField()
    """The last change that the task made of it."""
    conflict = models.CharField(max_length=13, choices=ConflictReason, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="undone_in_order"),
            models.UniqueConstraint(
                fields=["task", "target", "collection", "public_id"], name="undone_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.public_id}"
