"""Edits of a stored record: patches, contained resources by path, single properties."""
