"""A guide as what is done in it, in order: requests with their answers, commands, programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
REQUEST = re.compile(r"^(?=(?:GET|POST|PUT|PATCH|DELETE) )", re.MULTILINE)
HEADER = re.compile(r"([A-Z][\w-]+): (.*)")
ANSWER = re.compile(r"^→ (\d{3})\n?", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """Headers and a body."""

    headers: dict[str, str]
    body: str

    @classmethod
    def read(cls, text: str) -> Part:
        lines, headers = text.splitlines(keepends=True), {}
        while lines and (found := HEADER.fullmatch(lines[0].rstrip("\n"))):
            headers[found[1]] = found[2]
            del lines[0]
        return cls(headers, "".join(lines).strip("\n"))


@dataclass(frozen=True)
class Exchange:
    """A request, and what is answered. Parameters stand one on each line, or behind the path."""

    method: str
    path: str
    sent: Part
    status: int
    answer: Part

    @classmethod
    def read(cls, text: str) -> Exchange:
        asked, status, answered = ANSWER.split(text, maxsplit=1)
        first, _, rest = asked.partition("\n")
        while rest.lstrip().startswith(("?", "&")):
            parameter, _, rest = rest.partition("\n")
            first += parameter.strip()
        method, path = first.split(" ", 1)
        return cls(method, path, Part.read(rest), int(status), Part.read(answered))


@dataclass(frozen=True)
class Command:
    """A line behind `$`, and what it says."""

    line: str
    output: str


@dataclass(frozen=True)
class Program:
    """In Python; its first line is a comment that names it."""

    name: str
    text: str


Step = Exchange | Command | Program


def steps(guide: str) -> Iterator[Step]:
    for language, text in BLOCK.findall((DOCS / f"{guide}.md").read_text()):
        match language:
            case "http":
                yield from map(Exchange.read, filter(None, REQUEST.split(text)))
            case "console":
                for one in re.findall(r"^\$ (.*?(?:\n|\Z)(?:(?!\$ ).*\n)*)", text, re.MULTILINE):
                    line, _, output = one.partition("\n")
                    yield Command(line, output)
            case "python":
                yield Program(re.match(r"# (\S+\.py)", text)[1], text)  # type: ignore[index]
            case _:
                raise AssertionError(f"{guide}: nobody runs {language}: {text}")
