"""A PostgreSQL of the project's own, for machines where nobody has set DATABASE_URL.

`python -m config.postgres -- COMMAND` runs a command with it. POSIX systems only.
"""

from config.postgres.folders import local_database_url

__all__ = ["local_database_url"]
