"""Sources, profiles, and who may use them: keys and roles.

Definitions are saved by `profiles.definitions`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from rest_framework_api_key.models import AbstractAPIKey

from profiles.access import STAFF_WORDS, Role
from profiles.fields import DefinitionField

SOURCE_TYPE = "registry"


class LiveManager(models.Manager[Any]):
    """Only what is not retired."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(retired_at=None)


class Retirable(models.Model):
    """What is never deleted but retired: its history stays, and its key goes on with it."""

    retired_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LiveManager()
    with_retired: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


class Source(Retirable):
    """A system of record; owns everything below it."""

    key = models.CharField(max_length=62, unique=True)
    name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    retention_versions = models.PositiveIntegerField(null=True, blank=True)
    """For how long and how many changes of a record are kept; all where neither is set."""
    contract_version = models.BigIntegerField(default=0, editable=False)
    """Raised with every saved definition, by numbers that no source ever had before."""

    class Meta(Retirable.Meta):
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def etag(self) -> str:
        return f'"{self.pk}-{self.updated_at.timestamp()}"'

    @property
    def retention(self) -> dict[str, int]:
        """As the API shows it; empty where all is kept."""
        kept = {"days": self.retention_days, "versions": self.retention_versions}
        return {unit: number for unit, number in kept.items() if number is not None}


class Definition(Retirable):
    """A versioned definition of a source: a profile or a relationship definition."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    key = models.CharField(max_length=62)
    body = DefinitionField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Retirable.Meta):
        abstract = True
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def etag(self) -> str:
        return f'"{self.pk}-{self.version}"'


class Version(models.Model):
    """What a part of the configuration became by one write. `body` is null where it was deleted.

    Appended in the transaction of the write, and never changed.
    """

    version = models.PositiveIntegerField()
    body = DefinitionField(null=True)
    actor = models.CharField(max_length=200)
    reason = models.TextField(default="", db_default="", blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"version {self.version}"


class DefinitionVersion(Version):
    """A definition as it was saved once."""

    contract_version = models.BigIntegerField()

    class Meta(Version.Meta):
        abstract = True


class Profile(Definition):
    """The schema of one type of resource."""

    class Meta(Definition.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="profile_key"),
            models.UniqueConstraint(fields=["source", "id"], name="profile_in_source"),
        ]


class ProfileVersion(DefinitionVersion):
    definition = models.ForeignKey(Profile, models.CASCADE, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        abstract = False


class ProfileDisplay(models.Model):
    """What lists show of a profile's resources, by paths into `data`; see `profiles.display`.

    It belongs to the admin: it has no version, and no contract knows of it.
    """

    profile = models.OneToOneField(Profile, models.CASCADE, related_name="display")
    titled = ArrayField(models.TextField(), default=list)
    listed = ArrayField(models.TextField(), default=list)

    def __str__(self) -> str:
        return str(self.profile)


class SourceRole(models.Model):
    """What somebody of the staff was given on a source."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="source_roles")
    source = models.ForeignKey(Source, models.CASCADE, related_name="staff_roles")
    role = models.CharField(
        max_length=10, choices=[(role.value, word) for role, word in STAFF_WORDS.items()]
    )

    class Meta:
        ordering = ["user__username", "source__key"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "source"],
                name="one_role_in_a_source",
                violation_error_message="Somebody has one role in a source.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} of {self.source}"


class ApiKey(AbstractAPIKey):
    """A key that a system sends. Only its hash is stored."""

    role = models.CharField(
        max_length=10,
        choices=[(role.value, role.value) for role in Role],
        default=Role.READER.value,
    )
    is_limited = models.BooleanField(
        "limited to sources", default=False, help_text="Sees only the sources listed below."
    )
    sources = models.ManyToManyField(Source, blank=True)
    rate_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="Requests a minute; empty for no limit."
    )

    class Meta(AbstractAPIKey.Meta):
        abstract = False
        verbose_name = "API key"
        verbose_name_plural = "API keys"


class ConfigurationKind(models.TextChoices):
    SOURCE = "source"
    ROLE = "role"
    """What somebody of the staff was given on a source."""
    KEY = "key"
    USER = "user"
    SUBSCRIPTION = "subscription"


class ConfigurationChange(Version):
    """A version of what has no table of versions of its own. Written by `profiles.configuration`.

    `subject` names it for good, also after it was deleted: a source by its key, an API key by its
    prefix, a user by id; a role by its user's id and the source, a subscription by its key and the
    source.
    """

    kind = models.CharField(max_length=12, choices=ConfigurationKind)
    subject = models.CharField(max_length=62)
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+")

    class Meta(Version.Meta):
        abstract = False
        verbose_name = "change of configuration"
        verbose_name_plural = "changes of configuration"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "source", "version"],
                name="version_of_configuration",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
