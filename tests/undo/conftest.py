"""The same source as for history, which is replayed after every test too."""

from tests.history.conftest import history_is_replayed, world

__all__ = ["history_is_replayed", "world"]
