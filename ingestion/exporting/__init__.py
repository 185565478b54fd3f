"""Exports and dumps: all records of a list or a source, straight from a cursor."""
