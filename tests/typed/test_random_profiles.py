"""Whatever profiles there are: the document is valid, and judges as the compiled schema does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from profiles.contract import current_contract
from profiles.exact import encode
from profiles.models import Source
from tests.factories import ProfileFactory, SourceFactory
from tests.strategies import BOUNDED
from tests.strategies.definitions import Definitions, catalogues
from tests.strategies.records import faulty_bodies, sound_bodies
from tests.typed.documents import Document

pytestmark = pytest.mark.django_db
PARTS = {"data", "contained"}


def a_source(definitions: Definitions) -> Source:
    source: Source = SourceFactory.create()
    for key, body in reversed(definitions.items()):
        ProfileFactory.create(source=source, key=key, body=body)
    return source


def known_to_python(document: Document) -> str:
    """The document without what ECMAScript has and `re`, by which patterns are checked, has not."""
    return encode(document.made).decode().replace(r"\\p{L}", ".")


@settings(BOUNDED, max_examples=5)
@given(catalogues())
def test_random_profiles_give_a_valid_document(definitions: Definitions) -> None:
    document = Document.of(a_source(definitions).key)
    OpenAPIV31SpecValidator(json.loads(known_to_python(document))).validate()
    for schema, example in document.examples():
        assert document.takes(schema, example), (schema, example)


@settings(BOUNDED, max_examples=14)
@given(st.data())
def test_the_document_judges_as_the_compiled_schema(data: st.DataObject) -> None:
    source = a_source(data.draw(catalogues()))
    contract = current_contract(source.key)
    document, profile = Document.of(source.key), contract.profile("top")
    for bodies in (sound_bodies, faulty_bodies):
        body = data.draw(bodies("top", contract.catalogue))
        if body.keys() <= PARTS:
            assert document.takes_as("TopBody", body) == (not profile.validator.faults(body))
