"""What is decided before anything starts: which server, where, as whom."""

from dataclasses import dataclass

from config.postgres.account import Account
from config.postgres.folders import Home
from config.postgres.installations import Installation


@dataclass(frozen=True, slots=True)
class Plan:
    """A server to be: a forgetful one trades safety in a crash for speed."""

    home: Home
    installation: Installation
    account: Account
    forgetful: bool
