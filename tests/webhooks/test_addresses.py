"""Where messages may go: checked on the address that is connected to, in whatever spelling."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from ingestion.webhooks.addresses import is_allowed, url_problems
from ingestion.webhooks.connecting import GuardedBackend, NotAllowed
from ingestion.webhooks.sending import Sender, SendOutcome
from tests.webhooks.receiving import Receiver

PRIVATE = (
    *("127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("0.0.0.0", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1"),
    *("ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1"),
    *("2002:7f00:1::", "2001::1", "2001:db8::1", "100::1"),
)
PUBLIC = ("8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")
SPELLINGS = ("127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "0", "[::]")
SPELLED = (*SPELLINGS, "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "169.254.169.254", "10.1")


@pytest.fixture
def closed(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = []
    settings.WEBHOOK_HTTP = False


@pytest.mark.usefixtures("closed")
def test_private_addresses_are_not_allowed() -> None:
    assert [text for text in PRIVATE if is_allowed(text)] == []


@pytest.mark.usefixtures("closed")
def test_public_addresses_are_allowed() -> None:
    assert [text for text in PUBLIC if not is_allowed(text)] == []


def test_a_setting_allows_its_networks_only(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["10.1.0.0/16"]
    allowed = ("10.1.2.3", "10.2.0.1", "::ffff:10.1.2.3", "169.254.169.254")
    assert [is_allowed(text) for text in allowed] == [True, False, True, False]


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("host", SPELLED)
def test_no_spelling_of_a_private_address_is_saved(host: str) -> None:
    assert [*url_problems(f"https://{host}/hook")] == ["Must lead to a public address."]


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https:///hook",
        "https://user:password@example.org/",
        "https://example.org/#part",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org\\@10.0.0.1/",
        "https://exämple.org/",
        "https://example.org/\r\nX: y",
        "//example.org/",
        "https://[::1/",
        f"https://example.org/{'x' * 2000}",
    ],
)
def test_what_is_no_plain_address_is_not_saved(url: str) -> None:
    assert [*url_problems(url)]


@pytest.mark.usefixtures("closed")
def test_a_plain_address_is_saved() -> None:
    assert [*url_problems("https://hooks.example.org:8443/a/b?c=d&e=%20")] == []


class Answers:
    """A name server that answers something else each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0)


def post(url: str, resolve: Answers, times: int = 1) -> list[SendOutcome]:
    async def work() -> list[SendOutcome]:
        sender = Sender(resolve)
        try:
            return [await sender.send(url, "msg_1", b"{}", [b"secret"]) for _ in range(times)]
        finally:
            await sender.close()

    return asyncio.run(work())


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_not_connected_to(address: str, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = []

    async def connect() -> None:
        with pytest.raises(NotAllowed):
            await GuardedBackend(Answers([address])).connect_tcp("hook.example.org", 443)

    asyncio.run(connect())


def test_what_was_looked_at_is_connected_to(receiver: Receiver) -> None:
    """A name that leads elsewhere the next moment changes nothing: nobody asks again."""
    url = receiver.url.replace("127.0.0.1", "hook.example.org")
    resolve = Answers(["127.0.0.1"])
    (outcome,) = post(url, resolve)
    assert outcome.is_received
    assert resolve.asked == ["hook.example.org"]
    assert receiver.got[0].headers["host"].startswith("hook.example.org:")


def test_a_name_that_leads_inside_later_is_refused_then(receiver: Receiver, settings: Any) -> None:
    """Another connection, another look."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    receiver.choose = lambda got: closing
    url = receiver.url.replace("127.0.0.1", "hook.example.org")
    first, second = post(url, Answers(["127.0.0.1"], ["127.0.0.2"]), times=2)
    assert first.status == 204
    assert second.problem == "The host has no public address (WEBHOOK_NETWORKS)."
    assert len(receiver.got) == 1


def closing(handler: Any, got: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    handler.close_connection = True


def test_of_several_addresses_only_those_that_may_be_are_tried(
    receiver: Receiver, settings: Any
) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    url = receiver.url.replace("127.0.0.1", "hook.example.org")
    (outcome,) = post(url, Answers(["169.254.169.254", "10.0.0.1", "127.0.0.1"]))
    assert outcome.is_received


def test_a_name_that_is_none_is_a_failure() -> None:
    class Unknown(Answers):
        async def __call__(self, host: str, port: int) -> Sequence[str]:
            raise OSError

    (outcome,) = post("https://hook.example.org/", Unknown())
    assert (outcome.is_away, outcome.problem) == (True, "No connection.")


def test_sockets_of_files_are_no_way_out() -> None:
    async def connect() -> None:
        with pytest.raises(NotImplementedError):
            await GuardedBackend(Answers()).connect_unix_socket("/var/run/docker.sock")

    asyncio.run(connect())
