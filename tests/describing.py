"""The OpenAPI document as the tests read it: operations, their examples, and what fits them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator

from config.openapi import document
from tests.clients import Answer, Api

JSON = "application/json"


def resolved(part: Any) -> Any:
    """What a reference leads to; anything else as it is."""
    if not isinstance(part, dict) or "$ref" not in part:
        return part
    found: Any = document()
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def fits(schema: Any, value: Any) -> None:
    """Fails where a value does not fit a schema of the document."""
    Draft202012Validator({**schema, "components": document()["components"]}).validate(value)


def values(examples: Mapping[str, Any]) -> dict[str, Any]:
    return {name: example["value"] for name, example in examples.items()}


@dataclass(frozen=True)
class Operation:
    path: str
    method: str
    described: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.described["operationId"])

    @property
    def needs_key(self) -> bool:
        return bool(self.described.get("security", document()["security"]))

    @cached_property
    def parameters(self) -> list[Any]:
        return [resolved(parameter) for parameter in self.described.get("parameters", ())]

    @cached_property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """Examples of bodies, by media type and name."""
        contents = self.described.get("requestBody", {"content": {}})["content"]
        return {media_type: values(body["examples"]) for media_type, body in contents.items()}

    def response(self, status: str) -> Any:
        return resolved(self.described["responses"][status])

    def examples(self, status: str) -> dict[str, Any]:
        """Examples of an answer, by name. Files have none, beside those of the JSON."""
        bodies = self.response(status).get("content", {}).values()
        shown = (values(body["examples"]) for body in bodies if "examples" in body)
        return {name: value for examples in shown for name, value in examples.items()}

    def address(self, **given: str) -> str:
        """The path with the examples of its parameters, or with what is given in their place."""
        examples = {row["name"]: row["example"] for row in self.parameters if row["in"] == "path"}
        return self.path.format(**{**examples, **given})

    def first_body(self) -> Any:
        return next(iter(self.bodies[JSON].values())) if self.bodies else None

    def send(self, api: Api, body: Any = None, address: str = "", **options: str) -> Answer:
        """An answer that was found to be as the document says."""
        where = address or self.address()
        answer = api.send(self.method.upper(), where, body, **options)
        self.check(answer)
        return answer

    def check(self, answer: Answer) -> None:
        assert str(answer.status) in self.described["responses"], answer.text
        response = self.response(str(answer.status))
        for name in response.get("headers", {}):
            if answer.status < 400 or name == "WWW-Authenticate":
                assert name in answer.headers, f"{self.id} {answer.status} lacks {name}"
                fits(resolved(response["headers"][name])["schema"], answer.headers[name])
        if "content" in response:
            if JSON in response["content"]:
                fits(response["content"][JSON]["schema"], json.loads(answer.text))
        else:
            assert answer.text == ""


def operations() -> Iterator[Operation]:
    for path, methods in document()["paths"].items():
        for method, described in methods.items():
            yield Operation(path, method, described)


OPERATIONS = {operation.id: operation for operation in operations()}
KEYED = [operation for operation in OPERATIONS.values() if operation.needs_key]

_generated = re.compile(
    r"(?:(?:s|bk|bd|pg|un)_)?[0-9a-f]{32}"
    r"|key:\w+ test"
    r"|whsec_[\w+/=]+"
    r"|[\w-]+\.[\w-]{12}\.\d+"  # A cursor of the change feed.
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


_counted = "|".join(
    f'"{name}"'
    for name in (
        *("contractVersion", "perSecond"),
        *("changes", "receipts", "rejects", "answers", "uploads"),  # Of what was erased.
    )
)


def same_each_time(value: Any) -> Any:
    """A value without what is made anew each time: ids, times, keys, contracts, rates."""
    text = _generated.sub("…", json.dumps(value, default=str))
    return json.loads(re.sub(rf"({_counted}): \d+", r"\1: 0", text))
