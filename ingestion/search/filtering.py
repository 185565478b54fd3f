"""The filters of a list: what there is of them, and which rows they leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import SimpleLazyObject
from django_filters import Filter, FilterSet

from ingestion.filters.conditions import Contains, has_words
from ingestion.filters.data import (
    PREFIX,
    SEPARATOR,
    DataFilter,
    EqualFilter,
    FlagField,
    data_filter,
    filter_names,
    names_beside,
)
from ingestion.search.by_value import ByValue
from ingestion.search.orders import TIMES, Order
from ingestion.search.scope import Scope
from profiles.api.parameters import bad_parameter, form_faults, refuse_parameters
from profiles.datatypes.base import Lookup
from profiles.faults import Fault

SHOWN_NAMES = 20
MOST_WORDS = 10


ABSENT = f"{SEPARATOR}{Lookup.ABSENT}"


class LinkFilter(Filter):  # type: ignore[misc]
    """Whether a resource is linked to any other by a relationship definition."""

    field_class = FlagField

    def __init__(self, link: Scope) -> None:
        """Keeps no more of it than is needed: filters are copied, deep down, for each request."""
        super().__init__()
        assert link.through is not None, "a link is related"
        self.through = link.through

    def filter(self, rows: QuerySet[Any], is_absent: bool | None) -> QuerySet[Any]:
        if is_absent is None:
            return rows
        there = self.through(None)
        return rows.filter(~there if is_absent else there)


@dataclass(frozen=True, slots=True)
class Filtered:
    """The rows that are asked for, and where an index can tell, those among which."""

    rows: QuerySet[Any]
    """The rows that match."""
    among: QuerySet[Any] | None = None
    """Set if an index can answer the filters: see `Search.among`."""
    by_value: ByValue | None = None
    """The same, where they are asked for by what `data` contains and by nothing else."""


def filtered(
    asked: Mapping[str, Any], scope: Scope, base: type[FilterSet], order: Order
) -> Filtered:
    """The rows that are asked for, by the filters of `base` and those by `data`.

    Made for one request and with its filters only: a profile may have a thousand. Raises `Refused`
    with every fault of either.
    """
    names = [name for name in asked if is_of_profile(name)]
    has_others = "q" in asked or not base.base_filters.keys().isdisjoint(asked)
    if not names and not has_others:
        return Filtered(scope.rows)
    made = dict(data_filters(scope, names))
    if len(made) == len(names) and not has_others:
        contained = _contained(asked, made)
        if contained is not None:
            return _by_value(scope, contained)
    filter_set = type("DataFilterSet", (base,), {**made})(asked, scope.rows)
    faults = [
        *unknown_filters(scope, [name for name in names if name not in made]),
        *unindexed(scope, made),
        *form_faults(filter_set.form),
        *words_faults(scope, asked.get("q")),
    ]
    refuse_parameters(faults)
    rows = filter_set.qs
    if "q" in asked:
        rows = rows.filter(has_words(scope.texts, asked["q"]))
    answered = {name for name in asked if _is_answered(name, made)}
    within = {name for name in answered if name in _bounds(order)}
    if answered == within:
        return Filtered(rows)
    among = scope.rows
    for name in within:  # Where the list is walked, it begins and ends there.
        among = filter_set.filters[name].filter(among, filter_set.form.cleaned_data[name])
    return Filtered(rows, among)


def _contained(asked: Mapping[str, str], made: Mapping[str, Filter]) -> Sequence[Contains] | None:
    """What `data` has to contain, if nothing else is asked for and every value is sound; else None.

    Read by the fields of the filters alone: a form would take as long as the whole answer.
    """
    found = []
    for name, one in made.items():
        if not isinstance(one, EqualFilter) or one.through is not None:
            return None
        try:
            condition = one.condition(one.field.clean(asked[name]))
        except ValidationError:
            return None
        if not isinstance(condition, Contains):
            return None
        found.append(condition)
    return found


def _by_value(scope: Scope, contained: Sequence[Contains]) -> Filtered:
    """The ORM makes the rows only if somebody asks for them, for instance to count."""
    first, *others = (one.fragment(scope.table) for one in contained)
    rows: Any = SimpleLazyObject(lambda: scope.rows.filter(*contained))
    return Filtered(rows, scope.rows, ByValue(scope.everything, reduce(and_, others, first)))


def _is_answered(name: str, made: Mapping[str, Filter]) -> bool:
    """Whether an index tells which rows a filter leaves."""
    one = made.get(name)
    if one is not None:
        return isinstance(one, DataFilter) and one.is_answered
    return name == "q" or name.partition(SEPARATOR)[0] in TIMES


def _bounds(order: Order) -> Collection[str]:
    """The filters by what a list is sorted by, which the same index answers."""
    lookups = (Lookup.AT_LEAST, Lookup.AT_MOST)
    return [f"{order.bare_name}{SEPARATOR}{lookup}" for lookup in lookups]


def data_filters(scope: Scope, names: Iterable[str]) -> Iterator[tuple[str, Filter]]:
    """The filters of these names, as far as there are any."""
    known = scope.known.filters
    for name in names:
        if name in known:
            yield name, known[name]
            continue
        about, inner = scope.parted(name)
        made = data_filter(about.properties, inner)
        if made is not None and about is scope:
            yield name, known.setdefault(name, made)
        elif made is not None:
            made.through = about.through
            yield name, made
        elif link := _link_of(scope, name):
            yield name, LinkFilter(link)


def is_of_profile(name: str) -> bool:
    """Whether a parameter may be a filter that follows from what is listed."""
    return name.startswith(PREFIX) or f".{PREFIX}" in name or name.endswith(ABSENT)


def _link_of(scope: Scope, name: str) -> Scope | None:
    """What a filter asks for whether there is any of it: `worksAt__isnull`."""
    called = name.removesuffix(ABSENT)
    link = scope.related.get(called) if called != name else None
    return link if link is not None and link.may_be_absent else None


def unknown_filters(scope: Scope, names: list[str]) -> Iterator[Fault]:
    """What there is instead: all of it is told once, since a profile may have a thousand."""
    for index, name in enumerate(names):
        about, inner = scope.parted(name)
        prefix = name.removesuffix(inner)
        there = [f"{prefix}{one}" for one in _there_is(about, inner)]
        shown = ", ".join(there[:SHOWN_NAMES]) or "none"
        more = f" … and {len(there) - SHOWN_NAMES} more" if len(there) > SHOWN_NAMES else ""
        message = f"Is not known. There are: {shown}{more}."
        yield bad_parameter(name, message, expected=there if index == 0 else None)


def _there_is(scope: Scope, name: str) -> list[str]:
    if name.startswith(PREFIX):
        beside = names_beside(scope.properties, name)
        return beside or list(filter_names(scope.properties))
    return [
        filter
        for called, related in scope.related.items()
        for filter in (
            *([f"{called}{ABSENT}"] if related.may_be_absent else []),
            f"{called}.{PREFIX}<path>",
        )
    ]


def unindexed(scope: Scope, made: Mapping[str, Filter]) -> Iterator[Fault]:
    """Filters that would read the whole list."""
    for name, one in made.items():
        if isinstance(one, DataFilter) and one.needs_index:
            about, _ = scope.parted(name)
            problem = about.lacking(one.path.text)
            if problem is not None:
                yield Fault(f"?{name}", "index", problem)


def words_faults(scope: Scope, text: str | None) -> Iterator[Fault]:
    if text is None:
        return
    if not scope.texts:
        message = f'No text of {scope.collection} is indexed: mark what is to be found "indexed".'
        yield Fault("?q", "index", message)
    elif not any(character.isalnum() for character in text):
        yield bad_parameter("q", "Must hold a word.")
    elif len(text.split()) > MOST_WORDS:
        yield bad_parameter("q", f"Must hold at most {MOST_WORDS} words.")
