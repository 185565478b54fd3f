"""What can go wrong here, in words for the person at the terminal."""


class PostgresUnavailable(Exception):
    """No PostgreSQL server could be started; the message says why and what to do."""
