"""Filters of lists: by what stands in `data`, by identifiers and by times."""
