"""Whatever these tests upload goes to a folder of each."""

import pytest


@pytest.fixture(autouse=True)
def _own_folder(uploads_folder: object) -> None:
    pass
