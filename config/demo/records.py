"""Invented providers, offices and links, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from config.demo.words import (
    AREAS,
    FIRST_NAMES,
    LAST_NAMES,
    NOTES,
    PAYMENT_METHODS,
    SORTS,
    SPECIALITIES,
)
from profiles.exact import Json

PROVIDERS = 200
OFFICES = 60
LINKS = 300


def upserts() -> Iterator[Json]:
    """The payloads, as one would send them: resources first, then the links between them."""
    random = Random(2026)  # noqa: S311  the same records every time are what it is for
    yield from _providers(random)
    yield from _offices(random)
    yield from _links(random)


def _providers(random: Random) -> Iterator[Json]:
    yield _provider(1, "John Doe", 1020993, ["Pharmacist"])
    names = [f"{first} {last}" for first, last in product(FIRST_NAMES, LAST_NAMES)]
    for number, name in enumerate(random.sample(names, PROVIDERS - 1), start=2):
        specialities = random.sample(SPECIALITIES, random.choice((1, 1, 2)))
        yield _provider(number, name, 1020993 + 37 * number, specialities)


def _provider(number: int, name: str, practice_number: int, specialities: list[str]) -> Json:
    system = "https://clinic-network.example/practice-number"
    return {
        "id": _provider_id(number),
        "type": "provider",
        "data": {"name": name, "practiceNumber": practice_number, "specialities": specialities},
        "meta": {"identifier": [{"system": system, "value": str(practice_number)}]},
    }


def _offices(random: Random) -> Iterator[Json]:
    names = [f"{area} {sort}" for sort, area in product(SORTS, AREAS)]
    for number, name in enumerate(names, start=1):
        primary, *others = ("Visa", "Mastercard", "Amex")
        if number > 1:
            primary, *others = random.sample(PAYMENT_METHODS, random.randint(1, 4))
        yield {
            "id": _office_id(number),
            "type": "office",
            "data": {"name": name, "note": NOTES[(number - 1) % len(NOTES)]},
            "contained": {
                "primaryPaymentMethod": [_payment_method(primary)],
                "alternativePaymentMethods": [_payment_method(other) for other in others],
            },
        }


def _payment_method(value: str) -> Json:
    return {"id": value.lower(), "type": "paymentMethod", "data": {"value": value}}


def _links(random: Random) -> Iterator[Json]:
    yield _link(1, 1, "2024-01-15")
    pairs = list(product(range(1, PROVIDERS + 1), range(1, OFFICES + 1)))[1:]
    for provider, office in random.sample(pairs, LINKS - 1):
        start = f"{random.randint(2015, 2025)}-{random.randint(1, 12):02}-01"
        yield _link(provider, office, start)


def _link(provider: int, office: int, start: str) -> Json:
    return {
        "type": "provider-office",
        "from": {"id": _provider_id(provider), "type": "provider"},
        "to": {"id": _office_id(office), "type": "office"},
        "data": {"effective": {"start": start}},
    }


def _provider_id(number: int) -> str:
    return f"provider-{number:03}"


def _office_id(number: int) -> str:
    return f"office-{number:02}"
