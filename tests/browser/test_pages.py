"""The pages in Chromium: every state, light and dark, wide and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.pages import ALERT, HOSTILE, pages_served

STATES = ("many", "few", "one", "unrated", "none", "hostile")
WIDE, PHONE = (1280, 900), (360, 740)


@pytest.fixture(scope="module", params=STATES)
def site(request, tmp_path_factory):
    """A server in one state."""
    with pages_served(tmp_path_factory.mktemp("pages") / "data", request.param) as site:
        yield site


@pytest.fixture
def browse(chromium):
    """Open a browser of a size and scheme; none of its pages may say anything to the console."""
    contexts, noise = [], []

    def open_browser(size=WIDE, scheme="light", **more):
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **more
        )
        context.on("console", lambda message: noise.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: noise.append(str(error.error)))
        context.on("dialog", lambda dialog: noise.append(f"dialog {dialog.message}"))
        contexts.append(context)
        return context

    yield open_browser
    for context in contexts:
        context.close()
    # The browser itself notes that a wrong password is refused.
    assert [one for one in noise if "403 (Forbidden)" not in one] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_can_be_used_by_everybody(site, browse, scheme, size):
    """No violation that axe knows, nothing sideways, and the policy stops nothing."""
    context = browse(size, scheme)
    page = context.new_page()
    page.goto(f"{site.url}/signin")
    check(page)
    page.close()
    page = site.enter(context)
    for place in site.paths.values():
        page.goto(f"{site.url}/{place}")
        check(page)


def check(page):
    """Check what holds on every page."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    wide = "[...document.querySelectorAll('.narrow svg')].map(one => +one.getAttribute('width'))"
    assert all(width <= 360 for width in page.evaluate(wide))


@pytest.mark.parametrize("site", ["hostile"], indirect=True)
def test_what_others_wrote_is_only_text(site, browse):
    """Reasons, use cases, traits, notes and ids are read, and do nothing."""
    page = site.enter(browse(PHONE))
    page.goto(f"{site.url}/overview")
    read = page.locator("#main").inner_text()
    for text in HOSTILE:
        if text.isprintable():
            assert f"“{text}”" in read
    assert "\u202e" not in page.content()
    made = "document.querySelectorAll('main img, main script, main style, main [onerror]').length"
    assert page.evaluate(made) == 0
    page.get_by_role("link", name="“<img").first.click()
    page.get_by_role("heading", name="What is known").wait_for()
    assert page.evaluate(made) == 0
    page.goto(f"{site.url}/{site.paths['alert']}")
    assert HOSTILE[0] in page.get_by_role("heading", level=1).inner_text()
    assert page.evaluate(made) == 0


@pytest.mark.parametrize("site", ["many"], indirect=True)
def test_the_keyboard_reaches_everything_in_order(site, browse):
    """The skip link first, then the head from left to right, each with a visible ring."""
    page = site.enter(browse())
    page.goto(f"{site.url}/overview")
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        one = page.locator(":focus")
        reached.append(one.inner_text().splitlines()[0])
        assert one.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        assert one.evaluate("one => one.getBoundingClientRect().left") >= 0
    head = ["Afterword", "7 days", "4 weeks", "13 weeks", "all", "alerts", "Sign out"]

    alert = ALERT.replace(" %", "\N{NO-BREAK SPACE}%")
    assert reached == ["Skip to the content", *head, alert, "not what I needed"]


@pytest.mark.parametrize("site", ["many"], indirect=True)
def test_text_twice_as_large_fits(site, browse):
    """On a phone too; nothing goes sideways."""
    page = site.enter(browse(PHONE))
    for place in site.paths.values():
        page.goto(f"{site.url}/{place}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("site", ["many"], indirect=True)
def test_charts_are_dark_in_the_dark(site, browse):
    """No light ground is left, and only the picture that fits is there."""
    page = site.enter(browse(scheme="dark"))
    page.goto(f"{site.url}/overview")
    ground = "getComputedStyle(document.querySelector('.wide svg rect')).fill"

    assert page.evaluate(ground) == "rgb(20, 24, 28)"
    assert page.locator(".picture:visible svg").count() == 2
    assert page.locator(".picture.narrow:visible").count() == 0


@pytest.mark.parametrize("site", ["few"], indirect=True)
def test_printed_it_has_no_buttons(site, browse):
    """Figures and pictures stay."""
    page = site.enter(browse())
    page.goto(f"{site.url}/overview")
    page.emulate_media(media="print")

    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("navigation").count() == 0
    assert page.locator(".picture:visible svg").count() >= 1


@pytest.mark.parametrize("site", ["few"], indirect=True)
def test_signing_in_goes_on_to_the_session_of_a_link(site, browse):
    """As from a line in Slack: the form, then the session; out again by the button."""
    page = browse(PHONE).new_page()
    page.goto(f"{site.url}/{site.paths['session']}")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    check(page)
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="What is known").wait_for()
    assert page.url == f"{site.url}/{site.paths['session']}"
    page.get_by_role("link", name="Afterword").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()
