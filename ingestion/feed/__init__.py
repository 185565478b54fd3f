"""The change feed: every change of a source in one order, followed from a cursor."""
