"""`manage.py define`: profiles and relationship definitions from files, in any order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from profiles.models import Profile, ProfileVersion, Source
from relationships.models import RelationshipDefinition
from tests import examples

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(folder: Path, **bodies: Any) -> None:
    for name, body in bodies.items():
        text = body if isinstance(body, str) else json.dumps(body)
        (folder / f"{name}.json").write_text(text)


def containing(*types: str, cardinality: str = "0:*") -> dict[str, Any]:
    rows = {f"{type}s": {"types": [type], "cardinality": cardinality} for type in types}
    return {"properties": {}, "contained": rows}


def define(*paths: Path, source: str = "clinic") -> None:
    call_command("define", *paths, source=source)


def refuse(*paths: Path, source: str = "clinic") -> CommandError:
    with pytest.raises(CommandError) as caught:
        define(*paths, source=source)
    return caught.value


def profile_keys() -> set[str]:
    return set(Profile.objects.values_list("key", flat=True))


def test_a_folder_defines_a_whole_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "definitions").mkdir()
    put(folder, provider=examples.PROVIDER, office=examples.OFFICE)
    put(folder, paymentMethod=examples.PAYMENT_METHOD)
    put(folder / "definitions", **{"provider-office": examples.PROVIDER_OFFICE})
    define(folder)
    assert profile_keys() == {"provider", "office", "paymentMethod"}
    assert RelationshipDefinition.objects.get().key == "provider-office"
    assert capsys.readouterr().out.splitlines() == [
        "source clinic created",
        f"{folder}/definitions/provider-office.json: "
        "relationship definition provider-office created",
        f"{folder}/office.json: profile office created",
        f"{folder}/paymentMethod.json: profile paymentMethod created",
        f"{folder}/provider.json: profile provider created",
    ]


def test_the_order_of_the_files_does_not_matter(folder: Path) -> None:
    put(folder, provider=examples.PROVIDER, office=examples.OFFICE, link=examples.PROVIDER_OFFICE)
    put(folder, paymentMethod=examples.PAYMENT_METHOD)
    names = ("link", "office", "provider", "paymentMethod")
    define(*(folder / f"{name}.json" for name in names))
    assert profile_keys() == {"provider", "office", "paymentMethod"}


def test_what_is_there_is_unchanged_or_changed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, a=containing(), b=containing())
    define(folder)
    put(folder, b=containing("a"))
    capsys.readouterr()
    define(folder)
    assert capsys.readouterr().out.splitlines() == [
        f"{folder}/a.json: profile a unchanged",
        f"{folder}/b.json: profile b changed",
    ]


def test_profiles_may_contain_each_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, a=containing("b"), b=containing("c"), c=containing("a"), outside=containing("a"))
    define(folder)
    assert profile_keys() == {"a", "b", "c", "outside"}
    assert "changed" not in capsys.readouterr().out
    define(folder)
    assert capsys.readouterr().out.count("unchanged") == 4


def test_definitions_may_wait_for_profiles_that_contain_each_other(folder: Path) -> None:
    put(folder, provider=containing("office"), office=containing("provider"))
    put(folder, link=examples.PROVIDER_OFFICE)
    define(folder)
    assert RelationshipDefinition.objects.get().key == "link"


def test_a_refused_file_takes_no_other_with_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, good=containing(), bad={"properties": {"x": {"type": "text"}}, "y": 1})
    error = refuse(folder)
    assert (error.returncode, str(error)) == (1, "Refused: 1 of 2 files.")
    assert profile_keys() == {"good"}
    faults = capsys.readouterr().err.splitlines()
    assert [line.split()[:2] for line in faults] == [
        [f"{folder}/bad.json:", "/properties/x/type"],
        [f"{folder}/bad.json:", "/y"],
    ]


def test_a_faulty_profile_of_a_circle_leaves_no_trace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever contains it is refused too; a circle beside it is saved."""
    faulty = {**containing("a", "nothing"), "properties": {"x": {"type": "text"}}}
    put(folder, a=containing("b"), b=containing("a"), bad=faulty, worse=containing("bad"))
    refuse(folder)
    assert profile_keys() == {"a", "b"}
    assert not ProfileVersion.objects.filter(definition__key__in=["bad", "worse"]).exists()
    places = [line.split()[:2] for line in capsys.readouterr().err.splitlines()]
    assert places == [
        [f"{folder}/bad.json:", "/properties/x/type"],
        [f"{folder}/bad.json:", "/contained/nothings/types/0"],
        [f"{folder}/worse.json:", "/contained/bads/types/0"],
    ]


def test_profiles_that_require_each_other_without_end_are_refused(folder: Path) -> None:
    put(folder, a=containing("b", cardinality="1:1"), b=containing("a", cardinality="1:1"))
    refuse(folder)
    assert profile_keys() == set()


def test_every_kind_of_fault_names_its_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, text="{", array="[]", link={"from": {"profileKey": "a"}}, schema=containing())
    refuse(folder)
    files = {line.partition(":")[0] for line in capsys.readouterr().err.splitlines()}
    assert files == {f"{folder}/{name}.json" for name in ("text", "array", "link", "schema")}


def test_two_files_of_one_key_are_ambiguous(folder: Path) -> None:
    (folder / "more").mkdir()
    put(folder, a=containing())
    put(folder / "more", a=containing())
    error = refuse(folder)
    assert error.returncode == 2
    assert "both define the profile a" in str(error)


def test_a_profile_and_a_definition_may_share_a_key(folder: Path) -> None:
    put(folder, provider=containing(), office=containing())
    (folder / "links").mkdir()
    put(folder / "links", office=examples.PROVIDER_OFFICE)
    define(folder)
    assert RelationshipDefinition.objects.get().key == "office"


@pytest.mark.parametrize("name", ["nothing.json", "empty"])
def test_a_path_without_a_file_is_a_usage_error(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    assert refuse(folder / name).returncode == 2
    assert not Source.objects.exists()


def test_a_source_that_cannot_be_is_a_usage_error(folder: Path) -> None:
    put(folder, a=containing())
    error = refuse(folder, source="_clinic")
    assert error.returncode == 2
    assert "--source _clinic" in str(error)


def test_a_source_that_is_there_is_left_as_it_is(folder: Path) -> None:
    Source.objects.create(key="clinic", name="Our clinic")
    put(folder, a=containing())
    define(folder)
    assert Source.objects.get().name == "Our clinic"
