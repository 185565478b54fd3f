"""Pages of lists of records that have one order: those of every list."""

from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, no_cursor, position_of

__all__ = ["ID_PAGE_PARAMETERS", "cursor_behind", "no_cursor", "position_of"]
