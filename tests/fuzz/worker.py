"""The worker beside a server that is attacked. It posts nothing to the hosts that were made up."""

import django
from django.core.management import call_command

from ingestion.webhooks import connecting

if __name__ == "__main__":
    django.setup()
    connecting.is_allowed = lambda address: False
    call_command("worker")
