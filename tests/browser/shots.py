"""Take a picture of every state of the widget: ``python tests/browser/shots.py FOLDER``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import sync_playwright

from browser.conftest import ARGUMENTS, Chat
from browser.harness import Backend

LONG = "It kept asking me for the order number that I had already given twice before, and then it"
SIZES = {"wide": (900, 620), "phone": (360, 640)}


def main(folder):
    """Write all pictures into a folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS.split()
        )
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                _states(browser, folder / f"{size}-{scheme}", scheme, (width, height))
        for locale in ("de", "es", "ja", "ar"):
            _opened(browser, folder / f"phone-{locale}", locale)
        browser.close()


def _page(browser, scheme, size):
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        device_scale_factor=2,
        has_touch=size[0] < 500,
        is_mobile=size[0] < 500,
    )
    context.clock.install()
    backend = Backend()
    return backend, Chat(context, backend)


def _states(browser, path, scheme, size):
    backend, chat = _page(browser, scheme, size)
    chat.open(privacy_url="/privacy")
    chat.part("opener").wait_for()
    take = _taker(chat, path)
    take("1-quiet")
    chat.show()
    take("2-ask")
    chat.page.evaluate(
        """document.querySelector('afterword-rating').afterNegative =
        [{label: 'Try again', value: 'again'}, {label: 'Talk to a person', value: 'person'}]"""
    )
    chat.button("helpful").click()
    take("3-helpful")
    chat.button("not what I needed").click()
    take("4-negative")
    chat.part("why").click()
    take("5-reason")
    chat.part("field").fill(f"{LONG} stopped without an answer, so I wrote an e-mail")
    take("6-counter")
    chat.part("field").fill(f"{LONG} stopped without an answer, so I wrote to you in the very end")
    take("7-too-long")
    chat.part("field").fill("It kept looping")
    chat.part("send").click()
    take("8-sent")
    chat.page.mouse.click(5, 5)
    chat.pass_time(13)
    take("9-folded")
    chat.page.context.close()
    backend.close()


def _opened(browser, path, locale):
    backend, chat = _page(browser, "light", SIZES["phone"])
    chat.open(locale=locale, privacy_url="/privacy")
    chat.part("opener").click()
    take = _taker(chat, path)
    take("1-open")
    chat.part("option").nth(2).click()
    take("2-rated")
    chat.part("why").click()
    take("3-reason")
    chat.page.context.close()
    backend.close()


def _taker(chat, path):
    def take(name):
        chat.page.screenshot(path=f"{path}-{name}.png")

    return take


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
