"""Everybody can use it: keyboard, screen reader, colours, languages, small and zoomed screens."""

from __future__ import annotations

import pytest

from afterword.domain.phrasebook import PHRASES
from afterword.domain.texts import texts
from browser.conftest import Chat
from browser.harness import new_ask

STATES = ("quiet", "ask", "dismissed", "rated", "reason", "too long", "folded")
THANKS = "Thanks \u2014 we'll use that to improve."
WHY = "Anything we could have done better?"
SNAPSHOTS = {
    "quiet": """
- status
- button "Rate this session"
""",
    "ask": """
- status: How did this session go?
- text: How did this session go?
- button "Close": \u00d7
- group "How did this session go?":
  - button "helpful"
  - button "okay"
  - button "not what I needed"
""",
    "dismissed": """
- status
- button "Don't ask me again"
""",
    "rated": f"""
- status: {THANKS}
- text: How did this session go?
- button "Close": \u00d7
- group "How did this session go?":
  - button "helpful"
  - button "okay"
  - button "not what I needed" [pressed]
- text: {THANKS}
- button "Try again"
- button "{WHY}"
- link "Privacy":
  - /url: /privacy
""",
    "reason": f"""
- status: {THANKS}
- text: How did this session go?
- button "Close": \u00d7
- group "How did this session go?":
  - button "helpful"
  - button "okay"
  - button "not what I needed" [pressed]
- text: {THANKS}
- button "Try again"
- text: {WHY}
- textbox "{WHY}"
- link "Privacy":
  - /url: /privacy
- button "Send"
""",
    "too long": f"""
- status: At most 30 words
- text: How did this session go?
- button "Close": \u00d7
- group "How did this session go?":
  - button "helpful"
  - button "okay"
  - button "not what I needed" [pressed]
- text: {THANKS}
- button "Try again"
- text: {WHY}
- textbox "{WHY}": {"word " * 31}
- link "Privacy":
  - /url: /privacy
- text: At most 30 words
- button "Send"
""",
    "folded": f"""
- status
- button "{THANKS}"
""",
}


def _go(chat, state):
    """Bring a page that is set up into a state."""
    chat.set(privacy_url="/privacy")
    chat.part("opener").wait_for()
    if state == "quiet":
        return
    chat.page.evaluate(
        """document.querySelector('afterword-rating').afterNegative =
        [{label: 'Try again', value: 'again'}]"""
    )
    chat.show(may_stop=True)
    if state == "ask":
        return
    if state == "dismissed":
        chat.button("Close").click()
        return
    chat.button("not what I needed").click()
    if state in ("reason", "too long"):
        chat.part("why").click()
    if state == "too long":
        chat.part("field").fill("word " * 31)
    if state == "folded":
        chat.page.locator("h1").click()
        chat.pass_time(13)
        chat.panel.wait_for(state="hidden")


@pytest.mark.parametrize("state", STATES)
def test_a_screen_reader_hears_every_state(chat, state):
    """The accessibility tree, state by state."""
    expect = pytest.importorskip("playwright.sync_api").expect
    chat.open()
    _go(chat, state)

    expect(chat.page.locator("afterword-rating")).to_match_aria_snapshot(SNAPSHOTS[state])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(chat, state, scheme):
    """No violation in any state, on a light and on a dark page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    chat.page.emulate_media(color_scheme=scheme)
    chat.open()
    _go(chat, state)
    found = _check(chat, axe)

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_either_theme(chat, theme):
    """``theme`` brings its own ground, on a page of the other kind too."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    chat.page.emulate_media(color_scheme=theme)
    chat.open(theme=theme)
    _go(chat, "rated")

    assert _check(chat, axe) == []


def _check(chat, axe):
    # The page's content policy keeps scripts of others out; the driver's own evaluation is exempt.
    results = axe.Axe().run(chat.page, context="afterword-rating")
    return [(found["id"], found["nodes"][0]["html"]) for found in results.response["violations"]]


def test_the_keyboard_alone_is_enough(chat, backend):
    """Tab to the option, choose, give a reason, change, close; focus is never lost."""
    chat.open()
    chat.show()
    chat.page.locator(".messages").focus()
    press = chat.page.keyboard.press
    press("Tab")
    assert _focused(chat) == "close"
    press("Tab")
    press("Tab")
    press("Space")
    assert _focused(chat) == "option"
    press("Tab")
    press("Tab")
    assert _focused(chat) == "why"
    press("Enter")
    chat.page.keyboard.type("too slow")
    press("Enter")
    assert _focused(chat) == "option"
    backend.wait_steps("neutral", "neutral: too slow")

    press("Shift+Tab")
    press("Shift+Tab")
    press("Enter")
    assert chat.panel.is_hidden()
    assert _focused(chat) == "opener"
    press("Enter")
    assert _focused(chat) == "option"


def _focused(chat):
    return chat.page.evaluate(
        "document.querySelector('afterword-rating').shadowRoot.activeElement?.part[0]"
    )


def test_the_status_region_is_there_beforehand(chat):
    """An announcement needs a region that the screen reader knew before."""
    chat.open()
    chat.page.evaluate(
        """() => { const { shadowRoot } = document.querySelector('afterword-rating');
        window.region = shadowRoot.querySelector('[role=status]'); }"""
    )
    chat.show()

    assert chat.page.evaluate("window.region.isConnected && window.region.textContent") == (
        "How did this session go?"
    )


@pytest.mark.parametrize("locale", ["de-DE", "es", "ja", "ar-EG"])
def test_it_speaks_the_users_language(chat, locale):
    """Its own words, marked with their language and written in their direction."""
    chat.open(locale=locale)
    chat.part("opener").click()
    texts = chat.part("option").all_inner_texts()

    assert "helpful" not in texts
    assert len(set(texts)) == 3
    assert chat.panel.get_attribute("lang") == locale
    assert chat.panel.get_attribute("dir") == ("rtl" if locale == "ar-EG" else "ltr")
    first, last = (chat.part("option").nth(index).bounding_box()["x"] for index in (0, 1))
    assert (first > last) == (locale == "ar-EG")


def test_an_ask_is_shown_in_its_own_language(chat):
    """The server knows the session's locale better than the page."""
    chat.open(locale="en").show(locale="de", question="Wie lief das?")

    assert chat.panel.get_attribute("lang") == "de"
    assert chat.part("close").get_attribute("aria-label") == "Schlie\u00dfen"


def test_the_quiet_button_waits_for_the_words_of_its_language(chat, backend):
    """Nobody sees it in English first; after a reload it is there at once."""
    backend.is_silent = True
    chat.open(locale="de-AT")
    backend.wait_stream()
    chat.pass_time(1)
    assert chat.part("opener").is_hidden()

    backend.is_silent = False
    chat.open(locale="de-AT")
    chat.button("Gespr\u00e4ch bewerten").wait_for()
    backend.is_silent = True
    chat.open(locale="de")
    chat.button("Gespr\u00e4ch bewerten").wait_for()


@pytest.mark.parametrize("locale", ["en-AU", "tlh"])
def test_english_needs_no_words_and_stands_in_for_every_other_language(chat, backend, locale):
    """The server's answer, not its silence, says that there are no such words."""
    backend.is_silent = locale.startswith("en")
    chat.open(locale=locale)

    chat.button("Rate this session").wait_for()
    assert chat.part("opener").get_attribute("lang") == "en"


def test_without_a_server_it_speaks_english(chat):
    """Where the stream cannot be reached the quiet button says so in the words it has."""
    chat.is_network_expected = True
    chat.open(locale="ja", server="http://127.0.0.1:9")

    chat.button("Rate this session").wait_for()
    assert chat.part("opener").get_attribute("lang") == "en"


def test_another_locale_brings_other_words(chat, backend):
    """A page that changes its language while it is open is followed."""
    chat.open(locale="es")
    chat.button("Valorar esta conversaci\u00f3n").wait_for()
    chat.set(locale="ar")

    chat.button(texts("ar").opener).wait_for()
    assert chat.part("opener").get_attribute("dir") == "rtl"
    backend.wait_stream()


@pytest.mark.parametrize("width", [320, 1024])
def test_nothing_sticks_out(chat, width):
    """At 320 CSS pixels, which is 1280 at 400 %, all is inside and in sight, in every language."""
    chat.page.set_viewport_size({"width": width, "height": 640})
    outside = """all => all.filter(one => one.checkVisibility()).filter(one => {
        const box = one.getBoundingClientRect();
        return box.left < 0 || box.right > innerWidth || box.height < 24 || box.width < 24
          || one.scrollWidth > one.clientWidth; }).map(one => one.outerHTML)"""
    for locale in PHRASES:
        chat.open(locale=locale, conversation=locale, privacy_url="/privacy")
        chat.part("opener").click()
        chat.part("option").nth(2).click()
        chat.part("why").click()
        chat.part("field").fill("word " * 40)
        composer, send = _box(chat, ".composer"), chat.part("send").bounding_box()

        assert chat.panel.get_attribute("lang") == locale
        assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
        parts = chat.page.locator("afterword-rating :is([part=panel], button, textarea)")
        assert parts.evaluate_all(outside) == []
        assert send["y"] + send["height"] <= composer["y"], locale
        assert composer["y"] + composer["height"] <= 640


def test_a_small_window_keeps_the_composer(chat):
    """With a keyboard on the screen the form scrolls within itself and covers nothing."""
    chat.page.set_viewport_size({"width": 360, "height": 320})
    chat.open(privacy_url="/privacy")
    _go(chat, "reason")
    panel, composer = chat.panel.bounding_box(), _box(chat, ".composer")

    assert panel["y"] + panel["height"] <= composer["y"]
    assert composer["y"] + composer["height"] <= 320


def _box(chat, selector):
    return chat.page.locator(selector).bounding_box()


def test_fingers_get_large_targets(chromium, backend):
    """Where pointers are coarse every button is 44 pixels high."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True
    )
    context.clock.install()
    chat = Chat(context, backend).open()
    _go(chat, "rated")
    heights = chat.page.locator("afterword-rating button").evaluate_all(
        """all => all.filter(one => one.checkVisibility())
        .map(one => one.getBoundingClientRect().height)"""
    )
    context.close()

    assert min(heights) >= 44


def test_the_choice_is_seen_in_forced_colours(chat):
    """The pressed button has its tick, whatever the colours."""
    chat.page.emulate_media(forced_colors="active")
    chat.open()
    _go(chat, "rated")
    styles = chat.part("option").evaluate_all(
        "all => all.map(one => getComputedStyle(one, '::before').content)"
    )

    assert ["\u2713" in style for style in styles] == [False, False, True]


def test_nothing_moves_by_itself(chat):
    """No animation and no transition: there is nothing for prefers-reduced-motion to stop."""
    chat.open()
    _go(chat, "ask")

    assert chat.page.evaluate("document.getAnimations({subtree: true}).length") == 0
    assert chat.panel.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


def test_css_variables_and_parts_style_it(chat):
    """A host may set colours, and hide the quiet button."""
    chat.open()
    chat.page.evaluate(
        """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`afterword-rating {
        --afterword-text: rgb(1, 2, 3); --afterword-surface: rgb(250, 250, 250);
        --afterword-radius: 3px; --afterword-accent: rgb(0, 90, 0); }
        afterword-rating::part(opener) { display: none }`);
        document.adoptedStyleSheets = [sheet]; }"""
    )
    assert chat.part("opener").is_hidden()

    _go_hidden(chat)
    style = "(one, name) => getComputedStyle(one)[name]"
    assert chat.panel.evaluate(style, "color") == "rgb(1, 2, 3)"
    assert chat.panel.evaluate(style, "backgroundColor") == "rgb(250, 250, 250)"
    assert chat.panel.evaluate(style, "borderTopLeftRadius") == "3px"
    assert chat.part("pressed").evaluate(style, "color") == "rgb(0, 90, 0)"


def _go_hidden(chat):
    chat.backend.wait_stream()
    chat.backend.send_ask(new_ask())
    chat.button("helpful").click()
