"""The data types that a property may have. To add one: write its class, and a line here.

The definitions are FHIR R4's (https://hl7.org/fhir/R4/datatypes.html).
"""

from collections.abc import Mapping

from profiles.datatypes.base import DataType
from profiles.datatypes.groups import (
    Address,
    Attachment,
    Coding,
    ContactPoint,
    GeoPoint,
    HumanName,
    Identifier,
    Period,
    Reference,
)
from profiles.datatypes.moments import Date, DateTime, Instant, Time
from profiles.datatypes.nested import Array, Object
from profiles.datatypes.numbers import Boolean, Decimal, Integer
from profiles.datatypes.text import Code, Markdown, Symbol, Uri, Url, Xhtml

__all__ = ["DATA_TYPES", "DataType"]

DATA_TYPES: Mapping[str, DataType] = {
    datatype.name: datatype
    for datatype in (
        Symbol(),
        Code(),
        Markdown(),
        Xhtml(),
        Uri(),
        Url(),
        Integer(),
        Decimal(),
        Boolean(),
        Date(),
        DateTime(),
        Instant(),
        Time(),
        Period(),
        Address(),
        HumanName(),
        ContactPoint(),
        Identifier(),
        Coding(),
        GeoPoint(),
        Attachment(),
        Reference(),
        Array(),
        Object(),
    )
}
