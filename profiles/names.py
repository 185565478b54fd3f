"""Which names may be given: keys of definitions, ids of records, keys of properties."""

import re

KEY_PATTERN = r"[A-Za-z0-9-][A-Za-z0-9_-]{0,61}"
ID_PATTERN = r"[A-Za-z0-9-][A-Za-z0-9_-]{0,92}"
_LETTERS = "ASCII letters, digits, hyphens and underscores"
PROPERTY_RULE = f"up to 62 {_LETTERS}, no underscore at either end, no two in a row"
KEY_RULE = f"up to 62 {_LETTERS}, no underscore first, and no word of the API's addresses, as bulk"
ID_RULE = f"up to 93 {_LETTERS}, no underscore first"

PATH_WORDS = frozenset(
    (
        *("bulk", "bundle", "purge", "tasks", "browse", "query", "history", "changes", "schema"),
        *("graph", "path", "operations", "relationships", "openapi", "nonconforming", "missing"),
        "subscriptions",
    )
)
"""Words of the API's paths, so never keys of profiles, definitions or contain keys."""

ROOT_ID = "@rootId"
"""What a client writes where it cannot know the id that its resource will get."""

_token = re.compile(rf"{ROOT_ID}[1-9][0-9]{{0,8}}")
_key = re.compile(KEY_PATTERN)
_id = re.compile(ID_PATTERN)


def is_key(text: object) -> bool:
    """Whether `text` may name a source, profile, definition or contain key."""
    return isinstance(text, str) and bool(_key.fullmatch(text)) and text not in PATH_WORDS


def is_id(text: object) -> bool:
    """Whether `text` may be the id of a record, as a client sends it."""
    return isinstance(text, str) and bool(_id.fullmatch(text))


def is_token(text: object) -> bool:
    """Whether `text` may stand for the id of a resource in its bundle: `@rootId1`."""
    return isinstance(text, str) and bool(_token.fullmatch(text))


def misnamed(what: str, rule: str = KEY_RULE) -> str:
    """The message for a name that `what` ("a property", "an includeKey", …) may not have."""
    return f"Is not a name that {what} may have: {rule}."


def is_property_key(text: object) -> bool:
    """Whether `text` may name a property: `__` separates lookups in filters, so no key has it."""
    return (
        isinstance(text, str)
        and bool(_key.fullmatch(text))
        and "__" not in text
        and not text.endswith("_")
    )
