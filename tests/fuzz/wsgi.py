"""The application as it is served, but that it never tires of keys that open nothing.

Whether keys are needed is asked of every operation, more often than an address may fail a minute.
"""

from config.wsgi import application
from profiles.api import authentication

__all__ = ["application"]

authentication.FAILURES_A_MINUTE = 1_000_000
