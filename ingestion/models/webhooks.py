"""What webhooks keep: subscriptions, each with its place in the feed, and dead letters.

No payload is kept. A dead letter names its change, which is rendered when it is sent again.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from ingestion.operations import Action, Target
from profiles.models import Source


class SubscriptionStatus(models.TextChoices):
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"


class Subscription(models.Model):
    """A receiver of the changes of a source.

    The upper columns are what people say, and are versioned. The lower ones are its progress, which
    the workers write (`ingestion.webhooks.turns`).
    """

    source = models.ForeignKey(Source, models.PROTECT)
    key = models.CharField(max_length=62, db_collation="C")
    url = models.TextField()
    types = ArrayField(models.CharField(max_length=62), null=True)
    """Of the records; NULL for all."""
    has_payload = models.BooleanField(default=True)
    batch = models.PositiveSmallIntegerField(default=1)
    """The most changes in one message."""
    description = models.TextField(blank=True)
    begun_from = models.TextField()
    """Where it began, in the words of the request: `now`, `beginning` or a cursor."""
    begun_at = models.DateTimeField(null=True)
    secret_since = models.DateTimeField(null=True)
    """Both are NULL for a subscription that is older than these columns."""
    salt = models.BinaryField()
    former_salt = models.BinaryField(null=True)
    """The secrets are made from the salts and `SECRET_KEY` (`ingestion.webhooks.secrets`)."""
    former_until = models.DateTimeField(null=True)
    """Until then messages are signed with the former secret too."""
    fingerprint = models.CharField(max_length=16)
    """Of the secret: tells whether `SECRET_KEY` has changed since."""
    version = models.PositiveIntegerField(default=1, editable=False)
    """The number of its newest version (`ingestion.webhooks.history`)."""
    sent_version = models.PositiveIntegerField(default=1, editable=False)
    """The version that last changed what is sent or where to. It ends a worker's turn that began
    before.
    """
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    status = models.CharField(
        max_length=6, choices=SubscriptionStatus, default=SubscriptionStatus.ACTIVE
    )
    problem = models.TextField(blank=True)
    """Why it is paused, unless somebody wanted that."""
    place = models.BinaryField()
    """Everything before it was received, or is a dead letter."""
    attempts = models.PositiveIntegerField(default=0)
    """How often the next message was sent without success."""
    tried = models.PositiveSmallIntegerField(null=True)
    """How many changes that message has: each attempt sends the same message."""
    alone = models.PositiveSmallIntegerField(default=0)
    """How many changes are sent one by one, since the message with all of them was given up."""
    next_attempt_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField("last success", null=True)
    failed_at = models.DateTimeField("last error at", null=True)
    failure = models.TextField("last error", blank=True)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    """Which worker has its turn, and after when others may take that one for dead."""
    test_asked_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    test_failure = models.TextField(blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="subscription_key"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def etag(self) -> str:
        return f'"{self.pk}-{self.version}"'

    @property
    def is_paused(self) -> bool:
        return self.status == SubscriptionStatus.PAUSED


class DeadLetter(models.Model):
    """A change that a receiver did not get: given up, or kept behind an earlier one of its own."""

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="dead_letters", db_index=False
    )
    change_id = models.UUIDField()
    seq = models.BigIntegerField()
    target = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Target])
    collection = models.CharField(max_length=62, db_collation="C")
    public_id = models.CharField(max_length=320, db_collation="C")
    action = models.CharField(max_length=6, choices=[(a.value, a.value) for a in Action])
    version = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField(default=0)
    """0 for one that only waits behind another of its record."""
    failure = models.TextField("last error")
    kept_at = models.DateTimeField(default=timezone.now)
    replay_asked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "seq"], name="dead_letter"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "target", "collection", "public_id"],
                name="dead_letter_of_record",
            ),
            models.Index(
                fields=["subscription", "seq"],
                name="dead_letter_to_replay",
                condition=models.Q(replay_asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.collection}/{self.public_id}"
