"""Take a picture of every page in every state: ``python tests/browser/page_shots.py FOLDER``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import sync_playwright

from browser.conftest import ARGUMENTS
from browser.pages import demo_served, pages_served

SIZES = {"wide": (1280, 900), "phone": (390, 844)}
LINES = ("Why was I charged twice?", "And if it does not?", "ah, thanks!")
STATES = ("many", "few", "one", "unrated", "none", "hostile")


def main(folder):
    """Write all pictures into a folder."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as data:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS.split()
        )
        for state in STATES:
            with pages_served(Path(data) / state, state) as site:
                for name, path in site.paths.items():
                    _take(browser, f"{folder}/{state}-{name}", site, path)
                _take(browser, f"{folder}/missing", site, "sessions/nobody~1")
                _take(browser, f"{folder}/signin", site, "signin", is_in=False)
        with demo_served() as site:
            _take(browser, f"{folder}/link-used", site, "signin?once=used", is_in=False)
            _play(browser, f"{folder}/demo", site)
        browser.close()


def _take(browser, path, site, place, *, is_in=True):
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page = site.enter(context) if is_in else context.new_page()
            page.goto(site.url + "/" + place)
            page.screenshot(path=f"{path}-{scheme}-{size}.png", full_page=True)
            context.close()


def _play(browser, path, site):
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page = context.new_page()
            page.goto(site.url + "/demo")
            page.get_by_role("heading", name="How did sessions go?").wait_for()
            page.screenshot(path=f"{path}-1-{scheme}-{size}.png")
            for n, line in enumerate(LINES, start=1):
                page.get_by_label("Your message").fill(line)
                page.keyboard.press("Enter")
                page.locator("#talk .agent").nth(n).wait_for()
            page.get_by_text("It was shown.").wait_for()
            page.screenshot(path=f"{path}-2-{scheme}-{size}.png")
            page.get_by_role("button", name="not what I needed").click()
            page.get_by_text("It was shown, and answered").wait_for()
            page.screenshot(path=f"{path}-3-{scheme}-{size}.png", full_page=True)
            context.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
