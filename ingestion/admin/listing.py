"""One profile's list, as a request asks for it: which profile, what is shown, what is searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import BooleanField, F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from ingestion.filters.conditions import Contains, has_words
from ingestion.filters.data import PREFIX
from ingestion.filters.resources import HasIdentifier
from ingestion.search.filtering import words_faults
from ingestion.search.rarity import Fragment, is_frequent, planned_anew, walked
from ingestion.search.resources import resource_scope
from ingestion.search.scope import Scope
from ingestion.titles import parts
from profiles.access import Role
from profiles.admin.display import marks_of
from profiles.contract import contract_at
from profiles.display import Display, text_of, title_of
from profiles.faults import Refused
from profiles.inputs.building import words
from profiles.models import Profile
from profiles.paths import Path, placed
from profiles.properties import Property
from profiles.request_cache import found_once
from profiles.staff import staff_of

PROFILE = "profile"
"""The parameter that chooses one, as `<source>/<key>`."""

MOST_WORDS = 4
MOST_FOUND = 1_000
AFTER_ANY_ID = "\x7f"
"""Greater than every character of an id."""

SEARCH_HELP = (
    "The beginning of an id, a whole identifier (system:value), or a whole title, or each word of"
    " it: here case counts. Of texts that are indexed, also the beginnings of their words."
)

Column = Callable[[Any], str | None]


@dataclass(frozen=True)
class ProfileListing:
    """What there is to know of a list before any of its rows."""

    profile: Profile
    scope: Scope
    display: Display

    @property
    def name(self) -> str:
        return f"{self.profile.source.key}/{self.profile.key}"

    @property
    def properties(self) -> Mapping[str, Property]:
        return self.scope.properties

    @property
    def columns(self) -> list[Column]:
        titled = len(self.display.titled)
        title = [_title_column(self.display)] if titled else []
        return [*title, *columns_of(self.display.listed, titled)]

    def of_profile(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(source_id=self.profile.source_id, profile_id=self.profile.pk)

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        shown: QuerySet[Any] = rows.annotate(
            shown=parts((*self.display.titled, *self.display.listed))
        )
        return shown

    def found(self, rows: QuerySet[Any], text: str) -> list[Any]:
        """The keys of the rows that a search is for, up to `MOST_FOUND` by each way to find one.

        Each way is planned for itself, so it looks into its own index: of all together the planner
        expects so many rows that it walks the list, which takes seconds where there are none.
        """
        return found_by(rows, text, [self.display], having_words(rows, text, self.scope))


def having_words(rows: QuerySet[Any], text: str, scope: Scope) -> Iterator[QuerySet[Any]]:
    """The rows in whose indexed texts all words of a search stand; none where it has no word.

    The newest of them where they are frequent. Else in no order: an index finds them all.
    """
    if list(words_faults(scope, text)):
        return
    found = rows.filter(has_words(scope.texts, text)).order_by()
    everything, wanted = Fragment.where(scope.rows), Fragment.where(found)
    by_age = Fragment(f"created_at DESC, {', '.join(f'{id} DESC' for id in scope.id_columns)}")
    if is_frequent(rows, wanted, everything, by_age):
        walk = walked(Fragment(scope.table), everything, by_age)
        newest = f"SELECT id FROM {walk.sql} WHERE {wanted.sql} LIMIT {MOST_FOUND}"
        sql = f"{scope.table}.id = ANY (ARRAY({newest}))"  # Found once, whatever is expected of it.
        parameters = [*walk.parameters, *wanted.parameters]
        found = rows.filter(RawSQL(sql, parameters, output_field=BooleanField())).order_by()
    yield found


def found_by(
    rows: QuerySet[Any],
    text: str,
    displays: Iterable[Display],
    further: Iterable[QuerySet[Any]] = (),
) -> list[Any]:
    """As `ProfileListing.found`, among rows of several profiles with these displays."""
    ways = [rows.filter(way).order_by("public_id") for way in _ways(text, displays)]
    first, *others = (way.values_list("pk", flat=True)[:MOST_FOUND] for way in (*ways, *further))
    with planned_anew(rows.db):
        return list(first.union(*others, all=True))


def _ways(text: str, displays: Iterable[Display]) -> Iterator[Q]:
    yield Q(public_id__gte=text, public_id__lt=text + AFTER_ANY_ID)
    yield Q(HasIdentifier(F("id"), Value(text)))
    titled = (path for display in displays for path in display.titled)
    leaves = {leaf.place: leaf for path in titled for leaf in _texts_in(path)}
    places = list(leaves.values())
    if places:
        words = text.split()[:MOST_WORDS]
        yield reduce(and_, (_any_holds(places, word) for word in words))
        if len(words) > 1:
            yield _any_holds(places, text)


def profiles_seen(request: HttpRequest, site: AdminSite) -> QuerySet[Any]:
    """Those that the admin of profiles lets the user of a request see."""
    return site.get_model_admin(Profile).get_queryset(request)


def listing_of(request: HttpRequest, site: AdminSite) -> ProfileListing | None:
    """The list that a request asks for; None if that is of no profile that its user sees."""
    return found_once(request, "list of a profile", lambda: _listing(request, site))


def may_write(request: HttpRequest, listing: ProfileListing) -> bool:
    """Whether the user of a request may write the resources that are listed."""
    return staff_of(request).may(Role.WRITER, listing.profile.source.key)


def _listing(request: HttpRequest, site: AdminSite) -> ProfileListing | None:
    source_key, _, key = request.GET.get(PROFILE, "").partition("/")
    if not source_key or not key or "\0" in f"{source_key}{key}":
        return None
    rows = profiles_seen(request, site).select_related("source", "display").defer("body")
    profile = rows.filter(source__key=source_key, source__retired_at=None, key=key).first()
    if profile is None:
        return None
    try:
        source = profile.source
        scope = resource_scope(contract_at(source.pk, source.key, source.contract_version), key)
    except Refused:  # One that is only contained has no resources of its own.
        return None
    marks = marks_of(profile)
    return ProfileListing(profile, scope, Display.of(scope.properties, marks.titled, marks.listed))


def label_of(path: Path) -> str:
    return " › ".join(words(key) for key in path.keys)


def columns_of(paths: Iterable[Path], start: int = 0) -> list[Column]:
    """A column for each, that reads its part of `shown` from the place `start` on."""
    return [_column(path, place) for place, path in enumerate(paths, start)]


def _title_column(display: Display) -> Column:
    def title(row: Any) -> str | None:
        return title_of(display, row.shown[: len(display.titled)]) or None

    sort = f"{PREFIX}{display.titled[0].text}" if len(display.titled) == 1 else None
    return _named(title, "title", "Title", sort)


def _column(path: Path, place: int) -> Column:
    def column(row: Any) -> str | None:
        return text_of(path, row.shown[place]) or None

    return _named(column, path.text, label_of(path), f"{PREFIX}{path.text}")


def _named(column: Column, name: str, heading: str, sort: str | None) -> Column:
    """With its order, which there is only once the property is indexed."""
    column.__name__ = name
    column.short_description = heading  # type: ignore[attr-defined]  # where Django looks for it
    column.sort = sort  # type: ignore[attr-defined]  # read by `ingestion.admin.sorting`
    return column


def _texts_in(path: Path) -> Iterator[Path]:
    """The texts that a title is made of: of a name in parts, those that tell it."""
    element = path.element
    if element.prop.type.is_name and element.prop.type.is_text:
        yield element
    for part in element.parts:
        yield from _texts_in(part)


def _any_holds(places: Sequence[Path], text: str) -> Q:
    return reduce(or_, (Q(Contains(placed(path.place, text))) for path in places))
