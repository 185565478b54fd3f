"""Types that hold text."""

from typing import ClassVar

from profiles.datatypes import patterns
from profiles.datatypes.base import (
    COMPARED,
    LENGTH,
    READ,
    Control,
    DataType,
    Lookup,
    Scale,
    Schema,
)
from profiles.exact import Json
from profiles.properties import Scalar


class Text(DataType):
    """What all types have in common whose value is a JSON string."""

    bounds = LENGTH
    is_text = True
    lookups: ClassVar[tuple[Lookup, ...]] = READ
    scale: ClassVar[Scale | None] = Scale.TEXT
    control = Control.LINE
    pattern: ClassVar[str | None] = None
    """What the whole text must match, whatever the rules of the property say."""

    def schema(self) -> Schema:
        if self.pattern is None:
            return {"type": "string"}
        return {"type": "string", "pattern": patterns.whole(self.pattern)}

    def to_text(self, value: Json) -> str | None:
        return value if isinstance(value, str) else None

    def from_text(self, text: str) -> Json:
        return text

    def compares_with(self, operand: Scalar) -> bool:
        return isinstance(operand, str)


class Symbol(Text):
    """Any text, the empty one too (NUL is refused in every body, since no database takes it)."""

    name = "symbol"
    is_name = True
    expectation = "text"
    example = "South West Clinic"


class Code(Text):
    """FHIR code: no white space but single spaces inside."""

    name = "code"
    expectation = "a code: at least one character, and no spaces but single ones inside"
    example = "active"
    pattern = f"{patterns.NO_SPACES}( {patterns.NO_SPACES})*"


class Markdown(Text):
    """GitHub-flavoured Markdown; any text is some."""

    name = "markdown"
    control = Control.LINES
    expectation = "text in Markdown"
    example = "Open **every** day."


class Xhtml(Text):
    """Formatted text. It is data like any other: whoever shows it has to escape or clean it."""

    name = "xhtml"
    control = Control.LINES
    expectation = "text in XHTML"
    example = "<div>Open <b>every</b> day.</div>"


class Uri(Text):
    """FHIR uri: a name or an address, absolute or relative, without white space."""

    name = "uri"
    expectation = "a URI: at least one character and no spaces"
    example = "urn:ietf:bcp:47"
    pattern = patterns.NO_SPACES


class Url(Text):
    """FHIR url: an address that can be followed, so it has a scheme and is no `urn:`."""

    name = "url"
    hint = "Like https://example.org/clinics/7"
    keyboard = "url"
    expectation = "a URL with a scheme, like https://example.org"
    example = "https://example.org/clinics/7"
    pattern = rf"[A-Za-z][A-Za-z0-9+.-]*:{patterns.NO_SPACES}"

    def schema(self) -> Schema:
        return {**super().schema(), "not": {"pattern": "^[Uu][Rr][Nn]:"}}


class Base64(Text):
    """Bytes in an attachment. No profile can name this type; it has a name for its faults."""

    name = "base64"
    lookups = COMPARED
    scale = None
    control = Control.LINES
    expectation = "bytes in base64"
    example = "SGVsbG8="
    pattern = patterns.BASE64


class ElementId(Text):
    """FHIR Element.id: names an element inside its resource. No profile can name this type."""

    name = "elementid"
    lookups = COMPARED
    scale = None
    is_seldom = True
    names_element = True
    expectation = "an id: at least one character and no spaces"
    example = "a1"
    pattern = patterns.NO_SPACES
