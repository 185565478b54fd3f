"""What is left alone, why, and its three states."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ingestion.models import Change
from ingestion.undoing.operations import operations_from
from profiles.definitions import profiles
from profiles.models import Source
from relationships.definitions import relationship_definitions
from tests import examples
from tests.clients import Answer, Api
from tests.tasks.doing import done, task, upsert, work
from tests.undo.undoing import ask_undo, conflicts, kept, plan, reasons, undo
from tests.writing.asking import (
    ask,
    delete,
    link,
    patch_link,
    put,
    put_link,
    retire,
    save,
    unlink,
)

pytestmark = pytest.mark.django_db

OTHER: Any = {"name": "Other"}


def states(api: Api, undo: Any) -> dict[str, tuple[str, str, str]]:
    moments = ("before", "after", "now")
    found = conflicts(api, undo)
    return {one["id"]: tuple(one[moment]["state"] for moment in moments) for one in found}


def removal(id: str) -> Any:
    return {"action": "DELETE", "delete": {"type": "provider", "id": id}}


def test_what_was_changed_since_stays_as_it_is(world: Source, api: Api) -> None:
    """In each way that a task may write, and that others may write behind it."""
    told = {
        "makes, changed": "ABSENT PRESENT PRESENT",
        "makes, made-anew": "ABSENT PRESENT PRESENT",
        "changes, changed": "PRESENT PRESENT PRESENT",
        "changes, deleted": "PRESENT PRESENT ABSENT",
        "changes, made-anew": "PRESENT PRESENT PRESENT",
        "deletes, made": "PRESENT ABSENT PRESENT",
        "deletes, made-and-deleted": "PRESENT ABSENT ABSENT",
    }
    ids = {case: case.replace(", ", "_") for case in told}
    ask(world, *(put("provider", id) for case, id in ids.items() if "makes" not in case))
    does = [removal(id) if "deletes" in case else upsert(id) for case, id in ids.items()]
    shown = done(api, does)
    for case, id in ids.items():
        ways = {
            "changed": [put("provider", id, OTHER)],
            "deleted": [delete("provider", id)],
            "made": [put("provider", id, OTHER)],
            "made-anew": [delete("provider", id), put("provider", id, OTHER)],
            "made-and-deleted": [put("provider", id, OTHER), delete("provider", id)],
        }
        ask(world, *ways[case.partition(", ")[2]])
    now = kept(world)
    back = undo(api, shown["taskId"])
    assert reasons(api, back) == dict.fromkeys(ids.values(), "CHANGED_SINCE")
    assert states(api, back) == {ids[case]: tuple(text.split()) for case, text in told.items()}
    assert {one["error"]["code"] for one in back["receipts"]} == {412}
    assert back["status"] == "FAILURE"
    assert kept(world) == now


def test_what_was_changed_in_between_stays_as_it_is(world: Source, api: Api) -> None:
    """To bring back what was before would take the other's change away too."""
    answer = api.post(
        "resources/bulk",
        b"\n".join(
            [
                b'{"action":"UPSERT","upsert":{"type":"provider","id":"p0","data":{"name":"1"}}}',
                b'{"action":"UPSERT","upsert":{"type":"provider","id":"p0","data":{"name":"2"}}}',
            ]
        ),
        content_type="application/x-ndjson",
    )
    id = answer.json["taskId"]
    work(id)
    changes = Change.objects.filter(task_id=id).order_by("seq")
    assert changes.count() == 2
    ask(world, put("provider", "p0", {"name": "3"}))
    last = Change.objects.latest("seq")
    # As if the other had come between both.
    second = changes[1]
    Change.objects.filter(pk=second.pk).update(task_id="s_other")
    Change.objects.filter(pk=last.pk).update(task_id=id)
    assert reasons(api, undo(api, id)) == {"p0": "CHANGED_SINCE"}


def test_the_three_states_are_told_to_the_digit(world: Source, api: Api) -> None:
    ask(world, put("clerk", "c", {"fee": Decimal("1.10")}))
    operation = {"type": "clerk", "id": "c", "data": {"fee": Decimal("1.20")}}
    shown = done(api, [{"action": "UPSERT", "upsert": operation}])
    why = "It is more by now."
    api.put("resources/clerk/c", {"data": {"fee": Decimal("1.300")}}, x_change_reason=why)
    back = undo(api, shown["taskId"])
    (one,) = conflicts(api, back)
    fees = [str(one[moment]["record"]["data"]["fee"]) for moment in ("before", "after", "now")]
    assert fees == ["1.10", "1.20", "1.300"]
    assert one["after"]["change"]["taskId"] == shown["taskId"]
    assert one["now"]["change"]["reason"] == why
    assert one["now"]["record"] == api.get("resources/clerk/c").json


def test_a_foreign_link_holds_what_it_hangs_on(world: Source, api: Api) -> None:
    shown = done(api, [upsert("new"), upsert("free")])
    ask(world, link("many", "new.o0"))
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"new": "LINKED"}
    assert states(api, back) == {"new": ("ABSENT", "PRESENT", "PRESENT")}
    assert api.get("resources/provider/free").status == 404


def test_a_link_of_the_task_holds_it_once_somebody_changed_the_link(
    world: Source, api: Api
) -> None:
    ends = {"from": {"type": "provider", "id": "new"}, "to": {"type": "office", "id": "o0"}}
    answer = api.post(
        "bundle",
        {
            "resourceOperations": [upsert("new")],
            "relationshipOperations": [{"action": "CREATE", "create": {"type": "many", **ends}}],
        },
    )
    ask(world, patch_link("many", "new.o0", {"data": {"note": "b"}}))
    planned, back = (way(api, answer.json["taskId"]) for way in (plan, undo))
    told = {"new": "LINKED", "provider.new,office.o0": "CHANGED_SINCE"}
    assert reasons(api, planned) == reasons(api, back) == told


def test_a_link_without_its_end_stays_away(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0"), link("many", "p0.o1"))
    shown = done(api, [removal("p0")])
    ask(world, delete("office", "o0"))
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"provider.p0,office.o0": "REFUSED"}
    (one,) = conflicts(api, back)
    assert one["error"]["details"][0]["path"] == "/to/id"


def test_a_place_that_others_took_stays_theirs(world: Source, api: Api) -> None:
    ask(world, link("few", "p0.o0"))
    removal = {"action": "DELETE", "delete": {"type": "few", "id": "provider.p0,office.o0"}}
    shown = done(api, [removal], "relationships/bulk")
    ask(world, link("few", "p0.o1"))
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"provider.p0,office.o0": "REFUSED"}


def test_what_does_not_fit_any_more_stays_away(world: Source, api: Api) -> None:
    shown = done(api, [upsert("p0", name="Other"), upsert("p1", name="Other")])
    strict = {
        **examples.PROVIDER["properties"],
        "name": {"type": "symbol", "rules": [{"required": True}]},
    }
    save(profiles, world, "provider", {**examples.PROVIDER, "properties": strict})
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"p0": "REFUSED", "p1": "REFUSED"}
    assert back["receipts"][0]["error"]["details"][0]["path"] == "/data/name"


def test_links_of_a_definition_that_was_retired_are_told(world: Source, api: Api) -> None:
    ask(world, put_link("many", "p0.o0", {"note": "a"}))
    removal = {"action": "DELETE", "delete": {"type": "many", "id": "provider.p0,office.o0"}}
    shown = done(api, [removal], "relationships/bulk")
    assert retire(relationship_definitions, world, "many") == "RETIRED"
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"provider.p0,office.o0": "REFUSED"}
    assert states(api, back) == {"provider.p0,office.o0": ("PRESENT", "ABSENT", "ABSENT")}


def test_what_is_not_kept_any_more_is_not_guessed(world: Source, api: Api) -> None:
    shown = done(api, [upsert("p0", name="Other"), upsert("p1", name="Other")])
    Change.objects.filter(public_id="p0").exclude(task_id=shown["taskId"]).delete()
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"p0": "UNKNOWN"}
    assert states(api, back) == {"p0": ("UNKNOWN", "PRESENT", "PRESENT")}
    restore_history(world, "p0")


def test_what_was_erased_is_told_and_shown_nowhere(world: Source, api: Api) -> None:
    ask(world, put("provider", "p0", {"name": "A secret"}))
    shown = done(api, [removal("p0")])
    erased = {"data": {}, "contained": {}, "identifiers": [], "is_erased": True}
    Change.objects.filter(public_id="p0").update(**erased)
    planned, back = plan(api, shown["taskId"]), undo(api, shown["taskId"])
    assert reasons(api, planned) == reasons(api, back) == {"p0": "ERASED"}
    (one,) = conflicts(api, back)
    assert (one["before"]["state"], "record" in one["before"]) == ("ERASED", False)
    assert one["after"]["state"] == one["now"]["state"] == "ABSENT"
    Change.objects.filter(public_id="p0").delete()  # So that history can be replayed.


def test_what_is_erased_after_the_undo_is_gone_from_its_conflicts(world: Source, api: Api) -> None:
    shown = done(api, [upsert("p0", name="Other")])
    ask(world, put("provider", "p0", {"name": "A secret"}), delete("provider", "p0"))
    back = undo(api, shown["taskId"])
    assert "A secret" not in str(conflicts(api, back))
    Change.objects.filter(public_id="p0").update(data={}, is_erased=True)
    (one,) = conflicts(api, back)
    assert [one[name]["state"] for name in ("before", "after", "now")] == [
        "ERASED",
        "ERASED",
        "ABSENT",
    ]
    Change.objects.filter(public_id="p0").delete()


def test_what_is_written_between_the_look_and_the_lock_is_not_lost(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operations are made before the records are locked."""
    shown = done(
        api, [upsert("new"), upsert("p0", name="Other"), removal("p0"), upsert("p1", name="1")]
    )
    id = ask_undo(api, shown["taskId"])

    def then_others_write(*args: Any) -> Any:
        operations = list(operations_from(*args))
        if operations:
            ask(world, put("provider", "p0", OTHER), put("provider", "p1", OTHER))
            ask(world, link("many", "new.o0"))
        yield from operations

    monkeypatch.setattr("ingestion.undoing.work.operations_from", then_others_write)
    work(id)
    told = {"new": "LINKED", "p0": "CHANGED_SINCE", "p1": "CHANGED_SINCE"}
    assert reasons(api, task(api, id)) == told
    ask(world, unlink("many", "new.o0"))


@pytest.mark.usefixtures("uploads_folder")
def test_what_is_erased_between_the_look_and_the_lock_does_not_come_back(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else that was in the same chunk does."""
    ask(world, put("provider", "p0", {"name": "A secret"}))
    shown = done(api, [removal("p0"), removal("p1"), upsert("new")])
    id = ask_undo(api, shown["taskId"])
    erased: list[Answer] = []
    monkeypatch.setattr("ingestion.erasing.uploads.UNDER_WAY", timedelta(0))

    def then_it_is_erased(*args: Any) -> Any:
        operations = list(operations_from(*args))
        if operations and not erased:
            why = {"x_change_reason": "Asked for by the person"}
            erased.append(api.post("history/resources/provider/p0/erase", None, **why))
        yield from operations

    monkeypatch.setattr("ingestion.undoing.work.operations_from", then_it_is_erased)
    work(id)
    assert [answer.status for answer in erased] == [200]
    assert reasons(api, task(api, id)) == {"p0": "ERASED"}
    assert api.get("resources/provider/p0").status == 404
    assert api.get("resources/provider/p1").status == 200
    assert api.get("resources/provider/new").status == 404
    assert not Change.objects.filter(data__name="A secret").exists()
    Change.objects.filter(public_id="p0").delete()  # So that history can be replayed.


@pytest.mark.parametrize("query", ["", "?mode=plan"])
def test_what_is_erased_between_the_look_and_the_lock_is_not_told(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """Neither as what a plan would change, nor as what does not fit any more."""
    ask(world, put("provider", "p0", {"specialities": ["A secret"]}))
    shown = done(api, [upsert("p0"), upsert("p1", name="1")])
    body = api.get("profiles/provider").json
    del body["properties"]["specialities"], body["version"]
    id = ask_undo(api, shown["taskId"], query)
    erased: list[Answer] = []
    monkeypatch.setattr("ingestion.erasing.uploads.UNDER_WAY", timedelta(0))

    def then_it_is_erased(*args: Any) -> Any:
        operations = list(operations_from(*args))
        if operations and not erased:
            why = {"x_change_reason": "Asked for by the person"}
            path = "history/resources/provider/p0/erase?scope=past"
            erased.append(api.post(path, None, **why))
            if not query:
                assert api.put("profiles/provider", body).status == 200
        yield from operations

    monkeypatch.setattr("ingestion.undoing.work.operations_from", then_it_is_erased)
    work(id)
    assert [answer.status for answer in erased] == [200]
    assert reasons(api, task(api, id)) == {"p0": "ERASED"}
    assert "specialities" not in str(task(api, id))
    restore_history(world, "p0")
    Change.objects.filter(is_erased=True).delete()  # So that history can be replayed.


def restore_history(source: Source, id: str) -> None:
    """A replay wants each life from its beginning."""
    Change.objects.filter(source=source, public_id=id).update(version=1)
    source.resource_set.filter(public_id=id).update(version=1)
