"""Who subscribes to changes, and what becomes of those that are not taken."""

from __future__ import annotations

from unittest.mock import patch

from ingestion.feed.ticks import begin_epoch
from ingestion.models import Change, DeadLetter, Subscription
from ingestion.openapi import subscription_examples as subscriptions
from ingestion.webhooks import steering
from ingestion.webhooks.attempts import Attempt
from ingestion.webhooks.dead_letters import keep_letters
from ingestion.webhooks.messages import ChangeHead, Line
from ingestion.webhooks.places import unpack
from profiles.api.openapi.versions import REASON
from tests.story.telling import Story
from tests.story.versions import tell_versions


def tell_subscriptions(story: Story) -> None:
    faulty = subscriptions.FAULTY_BODY
    story.tell("createSubscription", 400, body={"key": "crm", **faulty}, shows="faulty")
    story.tell("putSubscription", 400, body=faulty, shows="faulty")
    tell_subscribing(story, {"source": "followed"})
    story.tell("putSubscription", 201, sends="crm", shows="created")
    story.tell("putSubscription", 200, sends="crm", shows="active")
    story.tell("getSubscription", 200, shows="active")
    story.tell("listSubscriptions", 200, shows="crm")
    story.tell("pauseSubscription", 200, shows="paused")
    story.tell("resumeSubscription", 200, shows="resumed")
    tell_giving_up(story)
    story.tell("resumeSubscription", 400, body={"from": "elsewhere"}, shows="noPlace")
    tell_dead_letters(story)
    story.tell("testSubscription", 202, shows="tested")
    Subscription.objects.update(test_asked_at=None)
    story.tell("rotateSubscriptionSecret", 200, sends="said", shows="rotated")
    begin_epoch()
    story.tell("resumeSubscription", 409, shows="stuck")
    story.tell("resumeSubscription", 200, sends="said")
    story.tell("deleteSubscription", 204)


def tell_subscribing(story: Story, at: dict[str, str]) -> None:
    """In a source of its own, where each version has the number of the example."""
    story.tell("putSource", 201, sends="clinic", at=at)
    story.tell("putProfile", 201, sends="provider", at={**at, "profile": "provider"})
    sent = {"sends": "crm", "X_Change_Reason": REASON}
    story.tell("createSubscription", 201, shows="created", at=at, **sent)
    tell_versions(story, "Subscription", subscriptions.BODY, at)
    story.tell("createSubscription", 409, sends="crm", shows="exists", at=at)
    story.tell("deleteSubscription", 204, at=at)


def tell_giving_up(story: Story) -> None:
    """Where the change of the example is what comes next, and was sent in vain."""
    row = Subscription.objects.get()
    attempt = Attempt([line_of_the_example()], place=unpack(row.place))
    Subscription.objects.update(attempts=1, failure="Answered 500.")
    with patch.object(steering, "from_feed", lambda _: [attempt]):
        story.tell("giveUpMessage", 200, shows="spared")
    story.tell("giveUpMessage", 409, shows="nothing")
    Subscription.objects.update(failure="")
    DeadLetter.objects.all().delete()


def line_of_the_example() -> Line:
    change = Change.objects.filter(public_id="john-doe", action="CREATE").earliest("seq")
    names = (change.pk.hex, change.action, change.target, change.collection, change.public_id)
    return Line("", ChangeHead(*names, change.version, f".{change.seq}"))


def tell_dead_letters(story: Story) -> None:
    line = line_of_the_example()
    keep_letters(Subscription.objects.get(), [line], "Answered 500.", 15)
    at = {"deadLetterId": line.told.operation_id}
    story.tell("listDeadLetters", 200, shows="one")
    story.tell("replayDeadLetter", 202, shows="one", at=at)
    story.tell("replayDeadLetters", 202, shows="one")
    story.tell("deleteDeadLetter", 204, at=at)
