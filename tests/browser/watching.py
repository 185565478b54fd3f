"""What a page must never do, whatever is done on it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

_axe = Axe()
_OPTIONS = {"resultTypes": ["violations"], "preload": False}
"""Without copies of the style sheets, which a strict policy does not let axe-core make."""

ABORTED = "net::ERR_ABORTED"
"""Somebody went on before everything was there."""


class Watch:
    """Keeps what goes wrong on a page: errors in its console, requests that fail.

    What breaks the Content-Security-Policy is an error in the console too.
    """

    def __init__(self, page: Page) -> None:
        self.troubles: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console: {message.text}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != ABORTED:
            self.troubles.append(f"{request.failure}: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")


def assert_accessible(page: Page, part: str | None = None) -> None:
    """Nothing that axe-core knows is wrong with the page, or a part of it, as it is now."""
    results = _axe.run(page, context=part, options=_OPTIONS)
    assert not results.violations_count, results.generate_report()


def assert_fits(page: Page) -> None:
    """Nobody has to scroll sideways."""
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
