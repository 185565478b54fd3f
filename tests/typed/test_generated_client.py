"""A generator reads the document, and the client that it writes works against a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.commands.test_real_records import DATA, PLANNET
from tests.typed.documents import Document
from tests.typed.generating import Generated, Packages, client_of

ADA = {"name": "Ada", "practiceNumber": 7, "specialities": ["Pharmacist"]}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packages]:
    folder = tmp_path_factory.mktemp("generated")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield Packages(folder)


@pytest.fixture
def generated(live_server: LiveServer, rich: Source, packages: Packages) -> Iterator[Generated]:
    """For the source with every type."""
    key = factories.make_key("writer")
    package = packages.of(Document.read(Api(key, rich.key)))
    with client_of(package, live_server.url, key) as made:
        yield made


def test_a_client_creates_lists_and_reads(generated: Generated) -> None:
    body = generated.model("ProviderBody")
    for id, number in (("ada", 7), ("eve", 8)):
        sent = body.from_dict({"id": id, "data": {**ADA, "practiceNumber": number}})
        created = generated.call("provider", "create_provider", body=sent)
        assert created.status_code == 201
        assert created.parsed.resource.data.practice_number == number
        assert created.parsed.resource.type_.value == "provider"
    page = generated.call("provider", "list_provider", data_practice_number=8).parsed
    assert [each.id for each in page.data] == ["eve"]
    page = generated.call("provider", "list_provider", data_practice_number_in="7,9").parsed
    assert [each.id for each in page.data] == ["ada"]
    page = generated.call("provider", "list_provider", data_name_isnull=True).parsed
    assert page.data == []
    read = generated.call("provider", "get_provider", "ada").parsed
    assert read.data.to_dict() == ADA
    assert read.meta.version == 1


def test_a_client_takes_a_refusal_for_an_error(generated: Generated) -> None:
    wrong = generated.model("ProviderBody").from_dict({"data": {"practiceNumber": "seven"}})
    refused = generated.call("provider", "create_provider", body=wrong)
    assert refused.status_code == 400
    assert isinstance(refused.parsed, generated.model("Error"))
    (fault,) = refused.parsed.details
    assert (fault.path, fault.rule) == ("/data/practiceNumber", "type")
    missing = generated.call("provider", "get_provider", "nobody")
    assert isinstance(missing.parsed, generated.model("Error"))
    assert missing.parsed.code == 404


def test_every_type_comes_back(generated: Generated, rich: Source) -> None:
    example = Document.of(rich.key).plain["paths"][f"/sources/{rich.key}/v1/resources/everything"]
    content = example["post"]["requestBody"]["content"]["application/json"]
    body = content["examples"]["everything"]["value"]
    sent = generated.model("EverythingBody").from_dict(body)
    created = generated.call("everything", "create_everything", body=sent).parsed.resource
    read = generated.call("everything", "get_everything", created.id).parsed
    assert read.data.to_dict() == body["data"]


def test_contained_resources_have_classes_of_their_own(generated: Generated) -> None:
    room = {"id": "r", "type": "room", "data": {"name": "R", "floor": 2}}
    machine = {"id": "m", "type": "machine", "data": {"model": "X-1"}}
    body = {"id": "ball", "data": {}, "contained": {"guests": [room, machine]}}
    sent = generated.model("PartyBody").from_dict(body)
    party = generated.call("party", "create_party", body=sent).parsed.resource
    first, second = party.contained.guests
    assert isinstance(first, generated.model("ContainedRoom"))
    assert isinstance(second, generated.model("ContainedMachine"))
    guest = generated.call("party", "get_party_guests", "ball", "m").parsed
    assert guest.data.model == "X-1"
    assert guest.id == "party/ball/guests/m"


def test_a_client_links(generated: Generated) -> None:
    for tag, id in (("provider", "ada"), ("office", "west")):
        body = generated.model(f"{tag.title()}Body").from_dict({"data": {"name": id}})
        assert generated.call(tag, f"put_{tag}", id, body=body).status_code == 201
    ends = {"from": {"id": "ada", "type": "provider"}, "to": {"id": "west", "type": "office"}}
    body = {**ends, "data": {"effective": {"start": "2024"}}}
    sent = generated.model("ProviderOfficeBody").from_dict(body)
    made = generated.call("provider_office", "create_provider_office", body=sent)
    assert made.parsed.relationship.data.effective.start == "2024"
    page = generated.call("provider_office", "list_provider_office", to="west").parsed
    assert [each.from_.id for each in page.data] == ["ada"]


@pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}")
def test_real_records_come_back(live_server: LiveServer, packages: Packages) -> None:
    call_command("define", PLANNET, source="plannet", verbosity=0)
    key = factories.make_key("writer")
    package = packages.of(Document.read(Api(key, "plannet")))
    with client_of(package, live_server.url, key) as generated:
        for profile in ("provider", "office"):
            with (PLANNET / "resources" / f"{profile}.ndjson").open() as lines:
                records = [json.loads(next(lines))["upsert"] for _ in range(20)]
            for record in records:
                comes_back(generated, profile, record)


def comes_back(generated: Generated, profile: str, record: Any) -> None:
    body = generated.model(f"{profile.title()}Body").from_dict(record)
    written = generated.call(profile, f"create_{profile}", body=body)
    assert written.status_code == 201, written.content
    read = generated.call(profile, f"get_{profile}", record["id"]).parsed
    assert read.data.to_dict() == record["data"]
