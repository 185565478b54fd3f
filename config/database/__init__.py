"""The database backend, as settings name it: Django's for PostgreSQL with one thing added."""
