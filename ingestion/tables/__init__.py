"""Records as tables in CSV, both ways: pure rules, which know neither rows nor requests.

A table is read into operations for the one write path, and written so that it reads back as the
same data. How it looks is told in docs/decisions/018.
"""
