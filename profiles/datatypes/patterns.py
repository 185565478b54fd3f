"""Regular expressions of the text types: ASCII classes and anchors only.

`\\d`, `\\w`, `\\s` and `$` mean different things to different engines; these mean the same to all.
"""

SPACES = r"\t\n\x0B\f\r \x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
"""Unicode's White_Space, for use inside a character class."""

NO_SPACES = f"[^{SPACES}]+"

_YEAR = r"([0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_LEAP_YEAR = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_MONTH = r"(0[1-9]|1[0-2])"
_MONTH_AND_DAY = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
)

DAY = f"({_YEAR}-{_MONTH_AND_DAY}|{_LEAP_YEAR}-02-29)"
DATE = f"({_YEAR}(-{_MONTH})?|{DAY})"

_FRACTION = r"(\.[0-9]{1,9})?"
TIME = rf"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60){_FRACTION}"
_OFFSET = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
INSTANT = f"{DAY}T{TIME}{_OFFSET}"
DATETIME = f"({DATE}|{INSTANT})"

BASE64 = r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


def whole(pattern: str) -> str:
    """The pattern, for a text that it must match from its first to its last character."""
    return f"^({pattern})$"
