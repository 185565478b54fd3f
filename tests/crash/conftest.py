"""The machines that tests of crashes share, with the running example in a source."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.definitions import define
from tests.crash.line import SOURCE, Line
from tests.crash.machines import Machines, installed


@pytest.fixture(scope="package")
def machines() -> Iterator[Machines]:
    with installed() as machines:
        line = Line(machines.server.port, machines.key)
        body = {"type": "registry"}
        assert line.send("PUT", "/catalog/v1/sources/definer", body).status == 201
        define(line, SOURCE)
        line.close()
        yield machines
