"""A subscription, and who owns its source."""

from __future__ import annotations

import pytest

from ingestion.models import Subscription
from ingestion.webhooks.saving import save_subscription
from profiles.models import Source
from tests.admin.every_page import Level
from tests.admin.pages import Pages
from tests.admin.world import somebody
from tests.configuration.past import SUBSCRIBED


@pytest.fixture
def row(source: Source) -> Subscription:
    return save_subscription(source.key, "crm", SUBSCRIBED, actor="test").subscription


@pytest.fixture
def owner(source: Source) -> Pages:
    return Pages(somebody(Level.OWNER, source))
