"""Erasing what was ever stored of one record, wherever it is kept, for those who must.

That something was done stays; what it was done to does not. `places` has a function for each place.
"""
