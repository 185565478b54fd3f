"""Versions of what people configure, as each kind of it tells them."""

from __future__ import annotations

from typing import Any

from profiles.api.openapi.versions import REDESCRIPTION
from tests.story.telling import Story


def tell_versions(story: Story, name: str, body: Any, at: dict[str, str]) -> None:
    """Of what was just made; the second version has another description."""
    story.tell(f"list{name}Versions", 200, shows="created", at=at)
    story.tell(f"get{name}Version", 200, shows="created", at=at)
    story.tell(f"put{name}", 200, body={**body, "description": REDESCRIPTION}, at=at)
    story.tell(f"get{name}Difference", 200, shows="changed", at=at)
