"""The past of a record, in the admin."""
