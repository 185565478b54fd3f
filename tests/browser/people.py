"""Somebody at a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Model
from playwright.sync_api import Locator, Page, expect

from tests.admin.pages import change_page
from tests.browser.watching import Watch

SAVED = re.compile("was (changed|added) successfully")
MANY_TABS = 200


@dataclass
class Person:
    page: Page
    root: str
    watch: Watch
    is_checked: bool = True
    """Whether axe-core looks at the page as it is at the end of the test."""

    def go(self, path: str) -> None:
        self.page.goto(self.root + path)

    def open(self, row: Model) -> None:
        self.go(change_page(row))

    def follow(self, link: str) -> None:
        """To the page that a link leads to, once it is there."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link, exact=True).click()

    def input(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')

    def rows(self, name: str) -> Locator:
        """The rows of an array or contain key, in their order."""
        return self.page.locator(f'[data-rows="{name}"] > ol > li')

    def titles(self, name: str) -> list[str]:
        return self.rows(name).locator("> details > summary").all_inner_texts()

    def adder(self, name: str) -> Locator:
        return self.page.locator(f'[data-rows="{name}"] > .r-adders > button')

    def last_input(self, name: str) -> Locator:
        """The first input of the last row."""
        return self.rows(name).last.locator("input[type=text]").first

    def tab_to(self, target: Locator) -> None:
        """By the keyboard only."""
        for _ in range(MANY_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError("Nobody gets there by the keyboard.")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def expect_said(self, text: str) -> None:
        """To those who listen to the page."""
        expect(self.page.locator("p[role=status]")).to_have_text(text)

    def save(self) -> None:
        """Save, and expect nothing of it."""
        self.page.get_by_role("button", name="Save and continue editing").click()

    def save_well(self) -> None:
        self.save()
        expect(self.page.locator(".messagelist")).to_contain_text(SAVED)

    def save_in_vain(self) -> Locator:
        """Save what is refused; the summary of the faults."""
        self.save()
        summary = self.page.locator(".r-summary")
        expect(summary).to_be_visible()
        return summary
