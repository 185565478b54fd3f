"""The past, read from the changes: what a record was, what became of it, and how it comes back.

`ingestion.history` writes the changes. A *life* of a record goes from its creation to its deletion:
one id may have several lives, one after the other.
"""
