"""What schemathesis loads: it keeps the running example there, and counts what was answered."""

from __future__ import annotations

import atexit
import json
import os
import re
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, HookContext, Response
from schemathesis.generation.stateful.state_machine import APIStateMachine

from tests.fuzz.favours import favoured
from tests.fuzz.world import World

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
ONCE = "Idempotency-Key"
KEYS_KEPT = 4
"""One in so many requests keeps the key that was drawn for it, which mostly came before."""

world = World(int(os.environ["FUZZ_PORT"]), os.environ["FUZZ_KEY"])
requests = count()
answers: Counter[tuple[str, bool, str, int]] = Counter()


@schemathesis.serializer("application/x-ndjson")
def lines(context: Any, value: Any) -> bytes:
    return str(value).encode(errors="surrogatepass")


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Take the document at its word, in a form that schemathesis can use."""
    _forget_defaults(raw_schema)
    for path, methods in raw_schema["paths"].items():
        if "put" in methods and "delete" in methods:
            _link(path, methods)
    _write_out_parameters(raw_schema["components"])


def _forget_defaults(document: dict[str, Any]) -> None:
    """With them any status would be described: they are for other methods, and for bugs."""
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("default", None)


def _link(path: str, methods: dict[str, Any]) -> None:
    """What was written is read and deleted at the same address, and what was deleted is read."""
    parameters = {name: f"$request.path.{name}" for name in re.findall(r"{(\w+)}", path)}
    for method, others in {"put": ("get", "delete"), "delete": ("get",)}.items():
        for status in methods[method]["responses"].keys() & {"200", "201", "204"}:
            methods[method]["responses"][status]["links"] = {
                other: {"operationId": methods[other]["operationId"], "parameters": parameters}
                for other in others
            }


def _write_out_parameters(components: dict[str, Any]) -> None:
    """schemathesis fails on lists of values to try (schemathesis.toml) where a schema is a $ref."""
    for parameter in components["parameters"].values():
        parameter["schema"] = _written_out(parameter["schema"], components["schemas"])


def _written_out(schema: Any, schemas: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_written_out(part, schemas) for part in schema]
    if "$ref" in schema:
        return schemas[schema["$ref"].rpartition("/")[2]]
    return {
        word: _written_out(part, schemas) if word == "anyOf" else part
        for word, part in schema.items()
    }


@schemathesis.hook
def flatmap_case(context: HookContext, case: Case[Any]) -> SearchStrategy[Case[Any]]:
    return favoured(case)


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Requests by themselves find all of it. A chain of them is left alone until its end."""
    if _phase(case) != "stateful":
        world.restore()
    if _is_well_formed(case) and ONCE in (case.headers or {}) and next(requests) % KEYS_KEPT:
        case.headers[ONCE] = uuid4().hex


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    answers[_phase(case), _is_well_formed(case), case.operation.label, response.status_code] += 1
    if case.method.upper() not in SAFE and response.status_code < 300:
        world.changed = True


def _is_well_formed(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


def _phase(case: Case[Any]) -> str:
    return case.meta.phase.name.value if case.meta else "probe"


def _end_of_chain(self: APIStateMachine) -> None:
    world.restore()


APIStateMachine.teardown = _end_of_chain  # type: ignore[method-assign]  # There is no hook.


@atexit.register
def report() -> None:
    rows = [[*key, count] for key, count in answers.items()]
    Path(os.environ["FUZZ_REPORT"]).write_text(
        json.dumps({"answers": rows, "refused": world.refused})
    )
