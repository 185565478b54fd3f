"""The worker beside a server that is attacked. It posts nothing to the hosts that were made up."""

from unittest.mock import patch

import django
from django.core.management import call_command


def nobody(text: str) -> bool:
    return False


if __name__ == "__main__":
    django.setup()
    with patch("ingestion.webhooks.connecting.is_allowed", nobody):
        call_command("worker")
