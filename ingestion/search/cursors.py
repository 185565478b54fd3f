"""Cursors of lists of records: those of every list."""

from profiles.api.cursors import Cursor, PlaceInSeveral, read_cursor, write_cursor

__all__ = ["Cursor", "PlaceInSeveral", "read_cursor", "write_cursor"]
