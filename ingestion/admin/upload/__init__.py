"""A file, from the upload to its task, in the admin."""
