"""How it is told that a text is about an erased record."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.erasing.subjects import Subject
from ingestion.models import ErasureScope
from ingestion.operations import Target
from ingestion.past.changes import PastRecord
from ingestion.records import RecordKey
from profiles.contract import Contract

CONTRACT = Contract(1, "clinic", 1)
ADA = Subject(
    PastRecord(CONTRACT, Target.RESOURCE, RecordKey("provider", "ada")), ErasureScope.ALL, ()
)
LINK = RecordKey("many", "provider.ada,office.west")
LINKED = Subject(PastRecord(CONTRACT, Target.RELATIONSHIP, LINK), ErasureScope.ALL, ())


@pytest.mark.parametrize(
    ("named", "is_ada", "is_link"),
    [
        (("RESOURCE", "provider", "ada"), True, False),
        (("RESOURCE", "provider", "ada2"), False, False),
        (("RESOURCE", "office", "ada"), False, False),
        (("RELATIONSHIP", "many", "provider.ada,office.west"), True, True),
        (("RELATIONSHIP", "many", "ada.west"), True, True),
        (("RELATIONSHIP", "few", "provider.ada,office.west"), True, False),
        (("RELATIONSHIP", "many", "provider.bo,office.west"), False, False),
        (("RELATIONSHIP", "many", "bo.west"), False, False),
    ],
)
def test_an_address_names_it(named: Any, is_ada: bool, is_link: bool) -> None:
    assert ADA.is_named(*named) is is_ada
    assert LINKED.is_named(*named) is is_link


@pytest.mark.parametrize(
    ("line", "is_about"),
    [
        (b'{"action":"CREATE","create":{"type":"provider","id":"ada","data":{}}}', True),
        (b'{"action":"CREATE","create":{"type":"provider","id":"\\u0061da","data":{}}}', True),
        (b'{"action":"CREATE","create":{"type":"provider","id":"bo","data":{"of":"ada"}}}', False),
        (b'{"action":"CREATE","create":{"type":"provider","data":{"of":"ada"}}}', True),
        (b'{"action":"CREATE","create":{"type":"many","from":{"id":"ada"},"to":{}}}', True),
        (b'{"action":"CREATE","create":{"type":"office","id":"adam"}}', False),
        (b'{"line":"x,ada,y","faults":[]}', True),
        (b'{"line":"x,adam,y","faults":[]}', False),
        (b'{"line":"{\\"id\\": \\"ada\\"","faults":[]}', True),
    ],
)
def test_the_text_tells_where_no_address_does(line: bytes, is_about: bool) -> None:
    assert ADA.is_about("RESOURCE", "", "", line) is is_about


@pytest.mark.parametrize(
    ("text", "is_ada"),
    [
        (b'{"resource":{"id":"ada","type":"provider","meta":{"source":"clinic"}}}', True),
        (b'{"resource":{"id":"ada","type":"provider","meta":{"source":"other"}}}', False),
        (b'{"resource":{"id":"ada","type":"office","meta":{"source":"clinic"}}}', False),
        (b'{"receipts":[{"id":"ada","type":"provider","status":"SUCCESS"}]}', True),
        (b'{"id":"provider.ada,office.west","meta":{"source":"clinic"}}', True),
        (b'{"id":"office.west,provider.ada","meta":{"source":"clinic"}}', True),
        (b'{"id":"provider.adam,office.west","meta":{"source":"clinic"}}', False),
    ],
)
def test_an_answer_shows_it(text: bytes, is_ada: bool) -> None:
    assert ADA.is_told(text) is is_ada
