"""Query parameters: each is known and well-formed, or a 400 says what there is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from urllib.parse import unquote_to_bytes

from django.forms import BaseForm
from rest_framework.request import Request

from profiles.faults import ErrorType, Fault, Refused

MAX_PER_PAGE = 1_000
DEFAULT_PER_PAGE = 100
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def refuse_unknown_parameters(request: Request, known: Collection[str]) -> None:
    """Raises `Refused` for a parameter that is not known, comes twice or says nothing.

    A filter takes an empty text for none: the list would then hold what was not asked for. A known
    name like `data.<path>` stands for all that look so; whoever reads these judges the rest.
    """
    if not request.META.get("QUERY_STRING"):
        return
    families = _families(tuple(known))
    faults = []
    for name, values in request.query_params.lists():
        is_open = any(family.fullmatch(name) for family in families)
        if name not in known and not is_open:
            there = f"There are: {', '.join(sorted(known))}." if known else "There are none here."
            faults.append(bad_parameter(name, f"Is not known. {there}", expected=sorted(known)))
        elif len(values) > 1:
            faults.append(bad_parameter(name, "Must be given once."))
        elif not values[0] and not is_open:
            faults.append(bad_parameter(name, "Must not be empty."))
        elif "\0" in values[0]:
            faults.append(bad_parameter(name, "Must not contain the character NUL."))
        elif REPLACEMENT in values[0] and not _is_utf8(request):
            faults.append(bad_parameter(name, "Must be UTF-8, percent-encoded."))
    refuse_parameters(faults)


@cache
def _families(known: tuple[str, ...]) -> Sequence[re.Pattern[str]]:
    parts = (re.split(r"<[^>]*>", name) for name in known if "<" in name)
    return [re.compile("(?s:.*)".join(map(re.escape, each))) for each in parts]


def _is_utf8(request: Request) -> bool:
    """Whether the query is. Django puts a mark in place of bytes that are not."""
    try:
        unquote_to_bytes(request.META["QUERY_STRING"]).decode()
    except UnicodeDecodeError:
        return False
    return True


def bad_parameter(name: str, message: str, expected: object = None) -> Fault:
    """A fault of a parameter. Its place is no pointer, since it is not in the body."""
    return Fault(f"?{name}", "parameter", message, expected=expected)


def refuse_parameters(faults: Sequence[Fault]) -> None:
    if faults:
        raise refused_parameters(faults)


def refused_parameters(faults: Sequence[Fault]) -> Refused:
    told = " ".join(f"{fault.path[1:]}: {fault.message}" for fault in faults)
    return Refused(ErrorType.INVALID_ARGUMENT, f"Bad query parameters. {told}", faults)


def number_parameter(request: Request, name: str, default: int, maximum: int) -> int:
    """A whole number from 1 to `maximum`. Raises `Refused`."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= maximum:
        return int(text)
    message = f"Must be a whole number from 1 to {maximum}."
    raise refused_parameter(name, message, {"min": 1, "max": maximum})


def per_page(request: Request) -> int:
    return number_parameter(request, "perPage", DEFAULT_PER_PAGE, MAX_PER_PAGE)


def choice_parameter(request: Request, name: str, choices: Sequence[str]) -> str:
    """One of `choices`, the first if it is not given. Raises `Refused`."""
    value = request.query_params.get(name, choices[0])
    if value not in choices:
        raise refused_parameter(name, f"Must be one of: {', '.join(choices)}.", list(choices))
    return value


def flag_parameter(request: Request, name: str) -> bool:
    return choice_parameter(request, name, ("false", "true")) == "true"


def form_faults(form: BaseForm) -> Iterator[Fault]:
    """Those of a filter set's form, which would pass over what does not fit."""
    for name, errors in form.errors.as_data().items():
        for error in errors:
            yield bad_parameter(name, error.messages[0], (error.params or {}).get("expected"))


def refused_parameter(name: str, message: str, expected: object = None) -> Refused:
    fault = bad_parameter(name, message, expected)
    return Refused(ErrorType.INVALID_ARGUMENT, f"Bad query parameter {name}. {message}", [fault])
