"""What lists show of resources: parts of `data`, fetched by the statement that fetches the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, F, Func, TextField, Value, When

from profiles.display import Display
from profiles.fields import ExactJSONField
from profiles.paths import Path


class Part(Func):
    """What stands at a path of `data`, or null. The keys are parameters."""

    template = "(%(expressions)s)"
    arg_joiner = " #> "
    output_field = ExactJSONField()

    def __init__(self, data: str, *keys: str) -> None:
        super().__init__(F(data), Value(list(keys), output_field=ArrayField(TextField())))


def parts(paths: Iterable[Path], data: str = "data") -> Func:
    """The values at several paths, as an array; null for what is absent."""
    values = (Part(data, *path.keys) for path in paths)
    return Func(*values, function="jsonb_build_array", output_field=ExactJSONField())


def title_parts(displays: Mapping[int, Display], prefix: str = "") -> Case:
    """What `profiles.display.title_of` makes a title of, for rows of several profiles.

    `displays` are by the id of the profile; `prefix` leads to the resource, like
    `from_resource__`.
    """
    cases: list[Any] = [
        When(**{f"{prefix}profile_id": id}, then=parts(display.titled, f"{prefix}data"))
        for id, display in displays.items()
    ]
    return Case(*cases, output_field=ExactJSONField())
