"""If-Match and If-None-Match (RFC 9110, section 13), on every door."""

import re
from dataclasses import dataclass

from profiles.faults import ErrorType, Fault, Refused

ETAG_PATTERN = r'(W/)?"[^"]*"'
CHANGED_SINCE = "It was changed since it was read."
_etag = re.compile(ETAG_PATTERN)


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What must be true of a record before it is written."""

    if_match: tuple[str, ...] | None = None
    """ETags of which one must be the record's; ("*",) if it only has to be there."""
    must_be_new: bool = False
    """`If-None-Match: *`"""
    if_none_match: tuple[str, ...] = ()
    """ETags of which none may be the record's, compared weakly (RFC 9110, section 13.1.2)."""

    @classmethod
    def read(cls, if_match: str | None, if_none_match: str | None) -> "Preconditions":
        """From the headers. Raises INVALID_ARGUMENT for anything but ETags and `*`."""
        none_of = () if if_none_match is None else etags(if_none_match)
        must_be_new = none_of == ("*",)
        return cls(
            if_match=None if if_match is None else etags(if_match),
            must_be_new=must_be_new,
            if_none_match=() if must_be_new else tuple(tag.removeprefix("W/") for tag in none_of),
        )

    def check(self, etag: str | None) -> None:
        """Raises FAILED_PRECONDITION with status 412; `etag` is None where there is no record."""
        if self.must_be_new and etag is not None:
            raise precondition_failed("It exists already.")
        if etag in self.if_none_match:
            raise precondition_failed("It is one that If-None-Match names.")
        if self.if_match is None:
            return
        if etag is None:
            raise precondition_failed("It does not exist.")
        if self.if_match != ("*",) and etag not in self.if_match:
            raise precondition_failed(CHANGED_SINCE)


NONE = Preconditions()


def etags(header: str) -> tuple[str, ...]:
    text = header.strip()
    if text == "*":
        return ("*",)
    parts = [part.strip() for part in text.split(",")]
    if not all(_etag.fullmatch(part) for part in parts):
        message = 'If-Match and If-None-Match take "*" or ETags in double quotes.'
        raise Refused(ErrorType.INVALID_ARGUMENT, message)
    return tuple(parts)


def precondition_failed(message: str) -> Refused:
    return Refused(ErrorType.FAILED_PRECONDITION, message, status=412)


def old_version() -> Refused:
    """The refusal of a body whose `version` is not the one that there is."""
    fault = Fault("/version", "version", CHANGED_SINCE, type=ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, CHANGED_SINCE, [fault], status=412)
