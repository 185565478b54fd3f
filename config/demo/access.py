"""A user of the admin and an API key, made once and found again as long as they open the door."""

from __future__ import annotations

from itertools import count
from secrets import token_urlsafe

from django.contrib.auth.models import User
from django.db import connection, transaction

from config.demo.secrets import Access
from config.demo.seeding import ACTOR
from profiles.access import Role
from profiles.configuration import record_key, record_user
from profiles.keys import holder_of
from profiles.models import ApiKey


def database_name() -> str:
    """Tells databases apart in the file of secrets; holds no password."""
    settings = connection.settings_dict
    host = settings["HOST"] or settings["OPTIONS"].get("host", "")
    return f"{settings['USER']}@{host}:{settings['PORT']}/{settings['NAME']}"


@transaction.atomic
def renew(access: Access) -> None:
    """Make what does not open the door, or no longer."""
    if not _opens(access.api_key):
        key = ApiKey(name="demo", role=Role.ADMIN.value)
        access.api_key = ApiKey.objects.assign_key(key)
        key.save()
        record_key(key, actor=ACTOR)
    user = User.objects.filter(username=access.user, is_active=True, is_superuser=True).first()
    if user is None or not user.check_password(access.password):
        access.user, access.password = _free_name(), token_urlsafe(12)
        user = User.objects.create_superuser(access.user, password=access.password)
        record_user(user, actor=ACTOR)


def _opens(api_key: str) -> bool:
    holder = holder_of(api_key)
    return holder is not None and holder.role is Role.ADMIN and holder.source_keys is None


def _free_name() -> str:
    """`admin`, if nobody is called so: the password of somebody else's user is not ours to set."""
    names = ("admin" if number == 1 else f"admin{number}" for number in count(1))
    return next(name for name in names if not User.objects.filter(username=name).exists())
