"""The past, as the changes tell it: what a record was, what became of it, and how it comes back.

`ingestion.history` writes the changes; here they are read.
"""
