"""The API of subscriptions and their dead letters. All of it is for admins, reading too."""

from __future__ import annotations

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import once
from ingestion.models import DeadLetter, Subscription
from ingestion.openapi.dead_letters import describe_letters
from ingestion.openapi.subscriptions import describe_subscriptions
from ingestion.views.secrets import salted, with_secret
from ingestion.webhooks import dead_letters, steering
from ingestion.webhooks.bodies import read_resuming, read_rotation
from ingestion.webhooks.history import subject_of
from ingestion.webhooks.saving import (
    WHAT,
    SavedSubscription,
    create_subscription,
    delete_subscription,
    find_subscription,
    rotate_secret,
    save_subscription,
)
from ingestion.webhooks.showing import (
    shown_letter,
    shown_subscription,
    shown_subscriptions,
)
from profiles.access import Role
from profiles.api.bodies import body_of
from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, no_cursor, position_of
from profiles.api.pages import CATALOGUE_PARAMETERS, catalogue_page
from profiles.api.parameters import per_page
from profiles.api.versions import VERSION_PARAMETERS, VersionedViewSet
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.exact import Json, decode
from profiles.faults import Fault, faulty, not_found
from profiles.versions import Versions


class ForAdmins(RegistrarViewSet):
    """Where messages go to is no affair of those who only read."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.caller.require_role(Role.ADMIN, kwargs["source"])


@describe_subscriptions
class SubscriptionViewSet(ForAdmins, VersionedViewSet):
    listed = "subscription-versions"
    lookup_field = "key"
    lookup_value_regex = "[^/]+"
    query_parameters = {"list": CATALOGUE_PARAMETERS, **VERSION_PARAMETERS}

    def list(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        rows = Subscription.objects.filter(source_id=contract.source_id)
        page = catalogue_page(request, rows, lambda row: row)
        return Response({**page, "data": shown_subscriptions(page["data"])})

    @with_secret
    @once
    def create(self, request: Request, source: str) -> Response:
        body = decode(body_of(request))
        if not isinstance(body, dict) or not isinstance(body.get("key"), str):
            raise faulty("subscription", [Fault("/key", "required", "Must name it.")])
        saved = create_subscription(
            source, body["key"], body, actor=self.caller.actor, reason=self.reason
        )
        return self._answer_saved(source, saved)

    def retrieve(self, request: Request, source: str, key: str) -> Response:
        """Without a 304: how far it has come is another each time, and no part of the version."""
        return self._answer(find_subscription(source, key))

    @with_secret
    def update(self, request: Request, source: str, key: str) -> Response:
        body = decode(body_of(request))
        saved = save_subscription(
            source, key, body, self.preconditions(), actor=self.caller.actor, reason=self.reason
        )
        return self._answer_saved(source, saved)

    def destroy(self, request: Request, source: str, key: str) -> Response:
        delete_subscription(
            source, key, self.preconditions(), actor=self.caller.actor, reason=self.reason
        )
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="rotate-secret")
    @with_secret
    @once
    def rotate_secret(self, request: Request, source: str, key: str) -> Response:
        hours = read_rotation(body_of(request))
        found, preconditions = find_subscription(source, key), self.preconditions()
        saved = rotate_secret(
            found, hours, preconditions, actor=self.caller.actor, reason=self.reason
        )
        return self._answer_new_secret(saved.subscription)

    @action(detail=True, methods=["post"])
    @once
    def pause(self, request: Request, source: str, key: str) -> Response:
        found, preconditions = find_subscription(source, key), self.preconditions()
        steering.pause(found, preconditions, actor=self.caller.actor, reason=self.reason)
        return self._answer(find_subscription(source, key))

    @action(detail=True, methods=["post"])
    @once
    def resume(self, request: Request, source: str, key: str) -> Response:
        begin = read_resuming(body_of(request))
        found, preconditions = find_subscription(source, key), self.preconditions()
        steering.resume(found, begin, preconditions, actor=self.caller.actor, reason=self.reason)
        return self._answer(find_subscription(source, key))

    @action(detail=True, methods=["post"], url_path="give-up")
    @once
    def give_up(self, request: Request, source: str, key: str) -> Response:
        found, preconditions = find_subscription(source, key), self.preconditions()
        steering.give_up(found, preconditions, actor=self.caller.actor, reason=self.reason)
        return self._answer(find_subscription(source, key))

    @action(detail=True, methods=["post"])
    @once
    def test(self, request: Request, source: str, key: str) -> Response:
        steering.ask_for_test(find_subscription(source, key))
        return self._answer(find_subscription(source, key), 202)

    def find_versions(self, **names: str) -> Versions:
        """Also of one that is deleted."""
        contract = current_contract(names["source"])
        versions = Versions.of(subject_of(contract.source_id, names["key"]))
        if not versions.rows.exists():
            raise not_found(WHAT)
        return versions

    def _answer(self, row: Subscription, status: int = 200) -> Response:
        return self.answer(shown_subscription(row), row.etag, status)

    def _answer_saved(self, source: str, saved: SavedSubscription) -> Response:
        """A new one with its secret, which is shown this once."""
        row = saved.subscription
        if not saved.is_new:
            return self._answer(row)
        location = f"/sources/{source}/v1/subscriptions/{row.key}"
        return self._answer_new_secret(row, 201, location)

    def _answer_new_secret(
        self, row: Subscription, status: int = 200, location: str = ""
    ) -> Response:
        return self.answer(salted(shown_subscription(row), row), row.etag, status, location)


@describe_letters
class DeadLetterViewSet(ForAdmins):
    lookup_field = "letter_id"
    lookup_value_regex = "[^/]+"
    query_parameters = {"list": ID_PAGE_PARAMETERS}

    def list(self, request: Request, source: str, key: str) -> Response:
        """The oldest first, in the order in which they are sent again."""
        subscription = find_subscription(source, key)
        size, listed = per_page(request), f"{source}/subscriptions/{key}/dead-letters"
        rows = dead_letters.with_presence(subscription.dead_letters.order_by("seq"))
        if position := position_of(request, listed):
            rows = rows.filter(seq__gt=_seq(position))
        found = [*rows[: size + 1]]
        shown = found[:size]
        meta: dict[str, Json] = {"perPage": size}
        if len(found) > size:
            meta["cursor"] = cursor_behind(listed, str(shown[-1].seq))
        return Response({"data": [shown_letter(row) for row in shown], "meta": meta})

    def destroy(self, request: Request, source: str, key: str, letter_id: str) -> Response:
        self._find(source, key, letter_id).delete()
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="replay")
    @once
    def replay_all(self, request: Request, source: str, key: str) -> Response:
        rows = DeadLetter.objects.filter(subscription=find_subscription(source, key))
        return Response({"asked": dead_letters.ask(rows)}, status=202)

    @action(detail=True, methods=["post"])
    @once
    def replay(self, request: Request, source: str, key: str, letter_id: str) -> Response:
        letter = self._find(source, key, letter_id)
        return Response({"asked": dead_letters.ask(dead_letters.of_record(letter))}, status=202)

    def _find(self, source: str, key: str, letter_id: str) -> DeadLetter:
        return dead_letters.find(find_subscription(source, key), letter_id)


def _seq(position: list[str]) -> int:
    if len(position) != 1:
        raise no_cursor()
    return int(position[0])
