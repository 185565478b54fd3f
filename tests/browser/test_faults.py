"""What is refused is told where it is, and nothing that was typed is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from ingestion.models import Resource
from profiles.models import Profile
from tests.browser.clinics import a_clinic, room
from tests.browser.people import Person
from tests.clients import Api
from tests.factories import ProfileFactory

FLOOR = "contained/rooms/136/data/floor"


def test_faults_are_those_of_the_api_beside_their_fields(
    steward: Person, clinic: Resource, api: Api
) -> None:
    data = {"name": "South Clinic", "beds": "many", "opened": "2001-13"}
    rows = [room("R0", since="soon")]
    body = {"data": data, "contained": {"rooms": rows}}
    answer = api.post(f"resources/{clinic.profile.key}", body)
    told = {fault["path"]: fault["message"] for fault in answer.json["details"]}
    steward.open(clinic)
    typed = {"data/beds": "many", "data/opened": "2001-13", "contained/rooms/0/data/since": "soon"}
    for name, text in typed.items():
        steward.input(name).fill(text)
    summary = steward.save_in_vain()
    expect(summary.get_by_role("listitem")).to_have_count(len(typed))
    for name, text in typed.items():
        expect(steward.input(name)).to_have_value(text)
        expect(steward.input(name)).to_have_attribute("aria-invalid", "true")
        expect(steward.page.locator(f'[id="id_{name}_faults"]')).to_have_text(told[f"/{name}"])


def test_a_fault_in_row_137_is_found_by_its_link(steward: Person, profile: Profile) -> None:
    clinic = a_clinic(profile, rooms=200)
    steward.open(clinic)
    expect(steward.input(FLOOR)).to_be_hidden()
    steward.rows("contained/rooms").nth(136).locator("summary").first.click()
    steward.input(FLOOR).fill("up there")
    summary = steward.save_in_vain()
    expect(steward.input(FLOOR)).to_be_visible()
    expect(steward.input("contained/rooms/135/data/floor")).to_be_hidden()
    summary.get_by_role("link", name="Contained › Rooms › Room 137 › Floor").click()
    expect(steward.input(FLOOR)).to_be_focused()
    expect(steward.input(FLOOR)).to_be_in_viewport()
    expect(steward.input(FLOOR)).to_have_value("up there")
    clinic.refresh_from_db()
    assert clinic.version == 1
    steward.is_checked = False  # axe-core takes long for so many rows, which are like others.


def test_the_summary_has_the_focus(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("many")
    expect(steward.save_in_vain()).to_be_focused()
    assert steward.page.title().startswith("Error: ")


def test_a_link_leads_to_rows_too(steward: Person, profile: Profile) -> None:
    """A fault of the rows themselves stands with them."""
    body = {**profile.body, "contained": {"rooms": {"types": ["room"], "cardinality": "1:*"}}}
    clinic = a_clinic(profile, rooms=1)
    ProfileFactory.create(source=profile.source, key=profile.key, body=body)
    steward.open(clinic)
    steward.rows("contained/rooms").first.get_by_label("Remove").last.check()
    steward.save_in_vain().get_by_role("link", name="Contained › Rooms").click()
    expect(steward.page.locator('[data-rows="contained/rooms"]')).to_be_focused()


def test_an_id_that_is_taken_is_told_beside_it(steward: Person, clinic: Resource) -> None:
    profile = clinic.profile
    steward.go(f"/admin/ingestion/resource/add/?profile={profile.source.key}/{profile.key}")
    steward.page.locator("#id_public_id").fill("south")
    steward.input("data/name").fill("Another")
    summary = steward.save_in_vain()
    summary.get_by_role("link", name="Id").click()
    expect(steward.page.locator("#id_public_id")).to_be_focused()
    expect(steward.page.locator("#id_public_id")).to_have_value("south")


def test_rows_that_were_added_and_removed_are_still_so(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.adder("data/tags").click()
    steward.page.keyboard.type("new")
    steward.rows("data/tags").first.get_by_label("Remove").check()
    steward.page.get_by_label("Beds").fill("many")
    steward.save_in_vain()
    expect(steward.last_input("data/tags")).to_have_value("new")
    expect(steward.rows("data/tags").first.get_by_label("Remove")).to_be_checked()
