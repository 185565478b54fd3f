"""Types made of parts (FHIR R4, complex types). Each element may carry an `id` of its own."""

from collections.abc import Mapping
from typing import ClassVar

from profiles.datatypes.base import DataType, Lookup, Scale, Schema
from profiles.datatypes.moments import DateTime
from profiles.datatypes.nested import Array, Parted, object_schema
from profiles.datatypes.numbers import Boolean, Decimal, Integer
from profiles.datatypes.text import Base64, Code, ElementId, Symbol, Uri, Url
from profiles.names import ID_PATTERN, KEY_PATTERN
from profiles.properties import Property, Rule


def _code(*values: str) -> Property:
    return Property(Code(), rules=(Rule(enum=values),))


def _required(type: DataType, **criteria: int | str) -> Property:
    return Property(type, rules=(Rule(required=True, **criteria),))  # type: ignore[arg-type]


_texts = Property(Array(), items=Property(Symbol()))


class Group(Parted):
    """What all types have in common whose value is a JSON object with fixed members."""

    members: ClassVar[Mapping[str, Property]]
    has_element_id: ClassVar[bool] = True

    def parts(self, prop: Property | None = None) -> Mapping[str, Property]:
        own = {"id": Property(ElementId())} if self.has_element_id else {}
        return {**own, **self.members}

    def schema(self) -> Schema:
        return object_schema(self.parts())


class Period(Group):
    """Its order is a keyword of ours, since JSON Schema cannot compare two members."""

    name = "period"
    told = (("start", "end"),)
    joint = " – "
    expectation = "a period with start and end"
    example = {"start": "2023-01-01", "end": "2024"}
    members = {"start": Property(DateTime()), "end": Property(DateTime())}

    def schema(self) -> Schema:
        return {**super().schema(), "x-period": True}


_period = Property(Period())


class Address(Group):
    name = "address"
    told = (("text",), ("line", "city", "state", "postalCode", "country"))
    expectation = "an address"
    example = {"line": ["1 Main Street"], "city": "Toronto", "country": "CA"}
    members = {
        "use": _code("home", "work", "temp", "old"),
        "type": _code("postal", "physical", "both"),
        "text": Property(Symbol()),
        "line": _texts,
        "city": Property(Symbol()),
        "district": Property(Symbol()),
        "state": Property(Symbol()),
        "postalCode": Property(Symbol()),
        "country": Property(Symbol()),
        "period": _period,
    }


class HumanName(Group):
    name = "humanname"
    is_name = True
    told = (("text",), ("prefix", "given", "family", "suffix"))
    joint = " "
    expectation = "a person's name"
    example = {"use": "official", "family": "Okafor", "given": ["Ada"]}
    members = {
        "use": _code("usual", "official", "temp", "nickname", "anonymous", "old", "maiden"),
        "text": Property(Symbol()),
        "family": Property(Symbol()),
        "given": _texts,
        "prefix": _texts,
        "suffix": _texts,
        "period": _period,
    }


class ContactPoint(Group):
    name = "contactpoint"
    told = (("value",),)
    expectation = "a contact point"
    example = {"system": "phone", "value": "+1 416 555 0100", "use": "work", "rank": 1}
    members = {
        "system": _code("phone", "fax", "email", "pager", "url", "sms", "other"),
        "value": Property(Symbol()),
        "use": _code("home", "work", "temp", "old", "mobile"),
        "rank": Property(Integer(), rules=(Rule(min=1),)),
        "period": _period,
    }


class Identifier(Group):
    name = "identifier"
    told = (("value",),)
    expectation = "an identifier"
    example = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "9941339100"}
    members = {
        "system": Property(Uri()),
        "value": Property(Symbol()),
        "use": _code("usual", "official", "temp", "secondary", "old"),
        "period": _period,
    }


class Coding(Group):
    name = "coding"
    told = (("display",), ("code",))
    expectation = "a coding"
    example = {"system": "urn:ietf:bcp:47", "code": "fr", "display": "French"}
    members = {
        "system": Property(Uri()),
        "version": Property(Symbol()),
        "code": Property(Code()),
        "display": Property(Symbol()),
        "userSelected": Property(Boolean()),
    }


class GeoPoint(Group):
    name = "geopoint"
    lookups = (Lookup.NEAR, Lookup.ABSENT)
    scale = Scale.POSITION
    told = (("latitude", "longitude"),)
    expectation = "a position with longitude and latitude"
    example = {"longitude": -79.4, "latitude": 43.7}
    members = {
        "longitude": _required(Decimal(), min=-180, max=180),
        "latitude": _required(Decimal(), min=-90, max=90),
    }


class Attachment(Group):
    name = "attachment"
    told = (("title",), ("url",), ("contentType", "size"))
    expectation = "an attachment"
    example = {"contentType": "application/pdf", "url": "https://example.org/a.pdf", "size": 12}
    members = {
        "contentType": Property(Code()),
        "language": Property(Code()),
        "data": Property(Base64()),
        "url": Property(Url()),
        "size": Property(Integer(), rules=(Rule(min=0),)),
        "hash": Property(Base64()),
        "title": Property(Symbol()),
        "creation": Property(DateTime()),
    }


class ResourceId(Symbol):
    """The id in a reference. No profile can name this type: to the schema it is a symbol."""

    names_resource = True


class Reference(Group):
    """Points to a resource of the same source. Its `id` is the target's, so it has none itself."""

    name = "reference"
    told = (("type", "id"),)
    joint = "/"
    expectation = "a reference with type and id"
    example = {"type": "office", "id": "south-west"}
    has_element_id = False
    members = {
        "type": _required(Symbol(), pattern=f"^{KEY_PATTERN}$"),
        "id": _required(ResourceId(), pattern=f"^{ID_PATTERN}$"),
    }
