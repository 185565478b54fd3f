"""`manage.py createkey`: make an API key and show it, once."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from profiles.access import COMMAND_LINE, Role
from profiles.configuration import record_key
from profiles.management.reasons import add_reason
from profiles.models import ApiKey, Source

USAGE = 2


class Command(BaseCommand):
    help = "Make an API key. It is printed once, on the last line; only its hash is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="whose key it is, as history shows it")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument(
            *("--source", "-s"),
            action="append",
            default=[],
            dest="sources",
            metavar="KEY",
            help="limit it to this source; may be repeated",
        )
        parser.add_argument("--expires", type=moment, metavar="2027-01-01", help="not later (UTC)")
        parser.add_argument("--rate-limit", type=int, metavar="N", help="requests a minute")
        add_reason(parser)

    @transaction.atomic
    def handle(
        self,
        *,
        name: str,
        role: str,
        sources: list[str],
        expires: datetime | None,
        rate_limit: int | None,
        reason: str,
        **options: Any,
    ) -> None:
        found = _found_sources(sources)
        key = ApiKey(
            name=name,
            role=role,
            is_limited=bool(sources),
            expiry_date=expires,
            rate_limit=rate_limit,
        )
        secret: str = ApiKey.objects.assign_key(key)
        _check(key)
        key.save()
        key.sources.set(found)
        record_key(key, actor=COMMAND_LINE, reason=reason)
        self.stderr.write("Keep this key: it cannot be shown again.", self.style.WARNING)
        self.stdout.write(secret)


def moment(text: str) -> datetime:
    """A day or a time, in UTC unless it says otherwise, that is still to come."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date like 2027-01-01") from None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if when <= datetime.now(UTC):
        raise ArgumentTypeError(f"{text} is over")
    return when


def _found_sources(keys: list[str]) -> list[Source]:
    found = {source.key: source for source in Source.objects.filter(key__in=keys)}
    for key in keys:
        if key not in found:
            raise CommandError(f"There is no source {key}.", returncode=USAGE)
    return list(found.values())


def _check(key: ApiKey) -> None:
    try:
        key.full_clean()
    except ValidationError as error:
        faults = [f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items()]
        raise CommandError(" ".join(faults), returncode=USAGE) from None
