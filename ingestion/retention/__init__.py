"""Removes what the sources do not keep."""
