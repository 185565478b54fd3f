"""The README tells the truth: its map, its commands, its example."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

from profiles.datatypes import DATA_TYPES
from profiles.models import Source
from tests.clients import Api

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EXPLAINED = re.findall(
    r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_readme_fits_on_two_screens() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("place", re.findall(r"^\| `([a-z_/.]+)` \|", README, re.MULTILINE))
def test_every_place_on_the_map_exists(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize("target", re.findall(r"^make ([a-z]+)", README, re.MULTILINE))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", re.findall(r"manage\.py ([a-z]+)", README))
def test_every_management_command_exists(command: str) -> None:
    assert command in get_commands()


@pytest.mark.parametrize("name", re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
def test_every_variable_of_the_readme_is_explained(name: str) -> None:
    assert name in EXPLAINED


def test_every_variable_that_the_settings_read_is_explained() -> None:
    text = (ROOT / "config" / "settings.py").read_text()
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text)
    assert sorted(EXPLAINED) == sorted(set(read))


def test_the_number_of_data_types_is_right() -> None:
    assert f"the {len(DATA_TYPES)} data types" in README


@pytest.mark.django_db
def test_the_example_answers_what_the_readme_shows(api: Api) -> None:
    *_, put_profile, post_resource = re.findall(r"-d '(.*?)'", blocks("sh")[1], re.DOTALL)
    assert api.put("profiles/provider", put_profile).status == 200
    answer = api.post("resources/provider", post_resource)
    assert answer.json == json.loads(blocks("json")[0])


@pytest.mark.django_db
def test_the_files_of_the_readme_are_defined_and_loaded(
    source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = blocks("sh")[2].replace("\\\n", " ")
    for text, name in re.findall(r"echo '(.*?)' +> /tmp/(\S+)", script):
        (tmp_path / name).write_text(text)
    commands = re.findall(r"manage\.py (\w+) --source clinic /tmp/(\S+)", script)
    assert [command for command, _ in commands] == ["define", "load"]
    for command, name in commands:
        call_command(command, "--source", source.key, str(tmp_path / name))
    assert "created 1" in capsys.readouterr().out


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_what_and_why(page: Path) -> None:
    text = page.read_text()
    assert "**Decision.**" in text
    assert "**Why.**" in text
    assert len(text.splitlines()) <= 60
