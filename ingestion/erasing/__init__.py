"""Erasing everything that was ever stored of one record, wherever it is kept.

That something was done stays on record; what the record held does not. `erasing.records.places`
lists a function for each place.
"""
