"""The searches that are measured: each kind, for rare and for frequent values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.million import SOURCE

ROOT = f"/sources/{SOURCE}/v1"
PROVIDERS = f"{ROOT}/resources/provider"
REFERRALS = f"{ROOT}/relationships/referral"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    path: str
    bare: str = ""
    """The rest of WHERE, and ORDER BY, of a statement for the same rows."""
    body: Any = None
    is_list: bool = True
    """Shows its plan."""


def cases(records: int) -> Iterator[Case]:
    last, middle = 1_000_000 + records, 1_000_000 + records // 2
    newest = "ORDER BY created_at DESC, public_id DESC"
    by_id = "ORDER BY public_id"
    number = "registrar_numbers(data, '$.\"practiceNumber\"', false)"
    name = '(registrar_texts(data, \'$."name"\', false) COLLATE "C")'
    yield Case(
        "read by id",
        f"{PROVIDERS}/p{records // 2}",
        f"AND public_id = 'p{records // 2}'",
        is_list=False,
    )
    yield Case("list", PROVIDERS, newest)
    yield Case("list by id", f"{PROVIDERS}?sort=id", by_id)
    for title, text in (("frequent", "true"), ("rare", None)):
        key = "active" if text else "practiceNumber"
        value = text or str(middle)
        where = f"AND data @> '{{\"{key}\": {value}}}'"
        yield Case(f"equality, {title}", f"{PROVIDERS}?data.{key}={value}", f"{where} {newest}")
    yield Case(
        "equality, one in 200",
        f"{PROVIDERS}?data.address.city=City%207",
        f'AND data @> \'{{"address": {{"city": "City 7"}}}}\' {newest}',
    )
    yield Case(
        "equality, none",
        f"{PROVIDERS}?data.note=nothing",
        f'AND data @> \'{{"note": "nothing"}}\' {newest}',
    )
    values = ",".join(str(middle + n) for n in range(100))
    yield Case("in, 100 rare values", f"{PROVIDERS}?data.practiceNumber__in={values}")
    yield Case(
        "gte, frequent",
        f"{PROVIDERS}?data.practiceNumber__gte={middle}",
        f"AND {number} >= {middle} {newest}",
    )
    yield Case(
        "gte, rare",
        f"{PROVIDERS}?data.practiceNumber__gte={last - 5}",
        f"AND {number} >= {last - 5} {newest}",
    )
    yield Case(
        "range of 1,000",
        f"{PROVIDERS}?data.practiceNumber__gte={middle}&data.practiceNumber__lte={middle + 999}",
        f"AND {number} BETWEEN {middle} AND {middle + 999} {newest}",
    )
    yield Case("date gte, frequent", f"{PROVIDERS}?data.since__gte=1990-05")
    yield Case("date lte, rare", f"{PROVIDERS}?data.since__lte=1980-01-02")
    yield Case("startswith, frequent", f"{PROVIDERS}?data.name__startswith=Ada")
    yield Case(
        "startswith, rare", f"{PROVIDERS}?data.name__istartswith=ada%20provider%20{records // 2}"
    )
    yield Case("iexact", f"{PROVIDERS}?data.address.city__iexact=CITY%207")
    yield Case("near, 20 km", f"{PROVIDERS}?data.position__near=43.65,-79.38,20000")
    yield Case("near, 2,000 km", f"{PROVIDERS}?data.position__near=43.65,-79.38,2000000")
    yield Case("words, frequent", f"{PROVIDERS}?q=provider")
    yield Case("words, rare", f"{PROVIDERS}?q=chlo%C3%A9%20{records // 2 + 2}")
    yield Case("is there", f"{PROVIDERS}?data.note__isnull=false")
    yield Case(
        "created in an hour",
        f"{PROVIDERS}?createdAt__gte=2020-01-02T00:00:00Z&createdAt__lte=2020-01-02T01:00:00Z",
    )
    yield Case("changed lately", f"{PROVIDERS}?updatedAt__gte=2020-01-02T00:00:00Z&sort=-updatedAt")
    yield Case(
        "sort by number", f"{PROVIDERS}?sort=data.practiceNumber", f"ORDER BY {number}, public_id"
    )
    yield Case(
        "sort by text",
        f"{PROVIDERS}?sort=-data.name",
        f"AND {name} IS NOT NULL ORDER BY {name} DESC, public_id DESC",
    )
    yield Case("sort and filter", f"{PROVIDERS}?sort=data.name&data.active=false")
    yield Case("sort and rare filter", f"{PROVIDERS}?sort=data.name&data.address.city=City%207")
    yield Case("estimated total", f"{PROVIDERS}?total=estimated&data.active=true")
    yield Case("thinned", f"{PROVIDERS}?fields=data.name,data.address.city")
    yield Case("with related records", f"{PROVIDERS}?include=refersTo")
    yield Case("graph, two hops", f"{PROVIDERS}/p77/graph?depth=2", is_list=False)
    yield Case(
        "path", f"{PROVIDERS}/p77/path?to=provider/p{77 * 7919 % records + 1}", is_list=False
    )
    yield Case("linked to a rare one", f"{PROVIDERS}?refersTo.data.practiceNumber={middle}")
    yield Case("relationships", REFERRALS)
    yield Case("relationships of one", f"{REFERRALS}?from=p77")
    yield Case(
        "relationships by an end's rare value", f"{REFERRALS}?from.data.practiceNumber={middle}"
    )
    yield Case("relationships by an end's frequent value", f"{REFERRALS}?to.data.active=true")
    yield Case(
        "query with operators",
        f"{ROOT}/query",
        is_list=False,
        body={
            "collectionKey": "provider",
            "filter": {
                "and": [
                    {"any": {"specialities": ["Pharmacist"]}},
                    {"gt": {"practiceNumber": middle}},
                    {"not": {"eq": {"address.city": "City 7"}}},
                ]
            },
            "sort": {"path": "practiceNumber"},
        },
    )
    yield Case(
        "aggregation of 100,000",
        f"{ROOT}/query",
        is_list=False,
        body={"collectionKey": "provider", "aggregations": [{"path": "address.city"}]},
    )
    yield Case("browse", f"{ROOT}/browse", is_list=False, body={"collectionKeys": ["provider"]})


def deep_lists() -> Iterator[tuple[str, str]]:
    """Lists whose page at nine tenths of the way is measured beside the first."""
    yield "newest first", PROVIDERS
    yield "by id", f"{PROVIDERS}?sort=id"
    yield "by number", f"{PROVIDERS}?sort=data.practiceNumber"
    yield "by text", f"{PROVIDERS}?sort=data.name"
