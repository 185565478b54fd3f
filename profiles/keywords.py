"""Registrar's vocabulary: what JSON Schema 2020-12 cannot say (docs/vocabulary.md).

Each keyword is run by the compiled validator beside the standard ones; other validators ignore
them. A keyword judges only values of its kind: another kind is the fault of `type`.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeGuard

from jsonschema_rs import Draft202012Validator

from profiles.datatypes.patterns import DATETIME
from profiles.faults import Fault
from profiles.properties import Number

MAX_DIGITS = 100
MAX_EXPONENT = 100
_EXACT = (
    f"Must have at most {MAX_DIGITS} digits,"
    f" and an exponent from {-MAX_EXPONENT} to {MAX_EXPONENT}."
)

_TOO_LONG = 10**MAX_DIGITS
_NUMBERS = (int, float, Decimal)

_datetime = re.compile(DATETIME)
_MINUTES_A_DAY = 1_440


class Flaw(ValueError):
    """What a keyword found. It travels through the validator as text, since only that gets out.

    `steps` lead from the value that was judged to the place of the fault.
    """

    def __init__(self, rule: str, message: str, *steps: str | int, expected: Any = None) -> None:
        super().__init__(json.dumps([list(steps), rule, message, expected]))

    @staticmethod
    def read(text: str) -> tuple[list[str | int], Fault]:
        steps, rule, message, expected = json.loads(text)
        return steps, Fault("", rule, message, expected)


class Keyword:
    """The protocol that `jsonschema-rs` asks of a keyword."""

    name: ClassVar[str]

    def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[Any]) -> None:
        self.value = value

    def validate(self, instance: Any) -> None:
        for error in self.iter_errors(instance):
            raise error

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        raise NotImplementedError


class Bound(Keyword):
    """A standard keyword, judged to the last digit.

    The engine's own compares a Decimal with a large whole bound as floats: to it,
    9223372036854775807.0 is more than 9223372036854775807.
    """

    def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[Any]) -> None:
        """The engine gives a Decimal as the float that is written with the same digits."""
        exact = Decimal(repr(value)) if isinstance(value, float) else value
        super().__init__(parent_schema, exact, schema_path)

    def validate(self, instance: Any) -> None:
        if self.is_beyond(instance) if type(instance) is int else self._is_beyond(instance):
            raise ValueError(self.name)

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        if self._is_beyond(instance):
            yield ValueError(self.name)

    def _is_beyond(self, instance: Any) -> bool:
        return _is_number(instance) and self.is_beyond(instance)

    def is_beyond(self, number: Number) -> bool:
        raise NotImplementedError


class Minimum(Bound):
    name = "minimum"

    def is_beyond(self, number: Number) -> bool:
        return bool(number < self.value)


class Maximum(Bound):
    name = "maximum"

    def is_beyond(self, number: Number) -> bool:
        return bool(number > self.value)


class Enum(Keyword):
    """`enum`, as the engine judges it; its fault holds none of the allowed values."""

    name = "enum"

    def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[Any]) -> None:
        super().__init__(parent_schema, value, schema_path)
        self._compiled = Draft202012Validator({self.name: value})

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        if not self._compiled.is_valid(instance):
            yield ValueError(self.name)


class Exact(Keyword):
    """`x-exact`: a number that can be kept to its last digit."""

    name = "x-exact"

    def validate(self, instance: Any) -> None:
        """As inherited, but without a generator for each of the many numbers that are sound."""
        if not self._is_kept(instance):
            raise self._flaw()

    def iter_errors(self, instance: Any) -> Iterator[Flaw]:
        if not self._is_kept(instance):
            yield self._flaw()

    @staticmethod
    def _is_kept(instance: Any) -> bool:
        """Most numbers are short: these are spared a look at their digits."""
        if isinstance(instance, int) and abs(instance) < _TOO_LONG:
            return True
        is_finite = isinstance(instance, Decimal) and instance.is_finite()
        if is_finite and len(str(instance)) <= MAX_DIGITS:
            return bool(abs(instance.adjusted()) <= MAX_EXPONENT)
        return not _is_number(instance) or is_exact(Decimal(instance))

    @staticmethod
    def _flaw() -> Flaw:
        expected = {"digits": MAX_DIGITS, "exponent": MAX_EXPONENT}
        return Flaw("range", _EXACT, expected=expected)


class PeriodOrder(Keyword):
    """`x-period`: `start` is not after `end`."""

    name = "x-period"

    def iter_errors(self, instance: Any) -> Iterator[Flaw]:
        if isinstance(instance, dict):
            start, end = instance.get("start"), instance.get("end")
            if is_datetime(start) and is_datetime(end) and is_after(start, end):
                yield Flaw("order", "The start must not be after the end.")


class UniqueIds(Keyword):
    """`x-unique-ids`: no two elements have the same `id`."""

    name = "x-unique-ids"

    def iter_errors(self, instance: Any) -> Iterator[Flaw]:
        seen = set()
        for index, element in enumerate(instance if isinstance(instance, list) else ()):
            id = element.get("id") if isinstance(element, dict) else None
            if isinstance(id, str) and id in seen:
                yield Flaw("unique", "Occurs twice under its key.", index, "id")
            elif isinstance(id, str):
                seen.add(id)


KEYWORDS: dict[str, type[Keyword]] = {
    keyword.name: keyword for keyword in (Exact, PeriodOrder, UniqueIds)
}
"""Those of our own vocabulary, by name."""

BOUNDS: dict[str, type[Keyword]] = {keyword.name: keyword for keyword in (Minimum, Maximum)}


def _is_number(value: Any) -> TypeGuard[Number]:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def is_exact(number: Decimal) -> bool:
    """At most 100 significant digits, exponent from -100 to 100 (api-facts: `decimal`).

    Zeros that only fill a whole number up do not count: `1e100` is read back as 1 and a hundred
    zeros, and has to pass again.
    """
    digits, exponent = number.as_tuple()[1:]
    if not isinstance(exponent, int) or abs(number.adjusted()) > MAX_EXPONENT:
        return False
    written = "".join(map(str, digits))
    return len(written if exponent < 0 else written.rstrip("0")) <= MAX_DIGITS


def is_datetime(text: Any) -> TypeGuard[str]:
    return isinstance(text, str) and _datetime.fullmatch(text) is not None


def is_after(first: str, second: str) -> bool:
    """Whether one FHIR dateTime is later than another.

    Two instants compare in UTC. A date has no offset, so it compares with what the other's
    calendar says, to the precision that both have: 2024 is not after 2024-03-01.
    """
    if "T" in first and "T" in second:
        return _minute_and_second(first) > _minute_and_second(second)
    common = min(len(first), len(second), len("2024-01-01"))
    return first[:common] > second[:common]


def _minute_and_second(instant: str) -> tuple[int, Decimal]:
    """The minute in UTC, since the day before 0001-01-01, and the second in it, which may be 60."""
    day, clock = instant.split("T")
    time, sign, offset = re.fullmatch(r"([0-9:.]+)(?:Z|([+-])([0-9:]+))", clock).groups()  # type: ignore[union-attr]
    hour, minute, second = time.split(":")
    hours, minutes = (offset or "0:0").split(":")
    shift = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
    local = int(hour) * 60 + int(minute)
    return date.fromisoformat(day).toordinal() * _MINUTES_A_DAY + local - shift, Decimal(second)
