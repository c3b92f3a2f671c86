"""After the choice: change, take back, reason, thanks; and the form that nobody asked for."""

from __future__ import annotations

import pytest

WORDS = " ".join(f"word{number}" for number in range(1, 31))


def test_the_choice_stays_as_a_pressed_button_and_is_thanked(chat, backend):
    """Options remain; the acknowledgement follows and is announced."""
    ask = chat.open().show()
    chat.button("okay").click()

    assert chat.part("option").evaluate_all("all => all.map(one => one.ariaPressed)") == [
        "false",
        "true",
        "false",
    ]
    assert chat.part("thanks").inner_text() == ask["acknowledgement"]
    assert chat.page.get_by_role("status").inner_text() == ask["acknowledgement"]
    backend.wait_steps("neutral")


def test_another_option_changes_and_the_same_takes_back(chat, backend):
    """Three clicks: a rating, another rating, none."""
    chat.open().show()
    for name in ("helpful", "not what I needed", "not what I needed"):
        chat.button(name).click()

    backend.wait_steps("positive", "negative", "undo")
    assert chat.part("pressed").count() == 0
    assert chat.part("thanks").is_hidden()
    assert [detail["rating"] for name, detail in chat.told() if name == "rated"] == [
        "positive",
        "negative",
        "",
    ]


def test_a_reason_is_one_collapsed_line_that_enter_sends(chat, backend):
    """The line opens on request, takes focus because the user asked for it, and closes."""
    chat.open().show()
    chat.button("not what I needed").click()
    assert chat.part("field").is_hidden()

    chat.part("why").click()
    chat.page.keyboard.type("It kept looping")
    chat.page.keyboard.press("Enter")

    backend.wait_steps("negative", "negative: It kept looping")
    assert chat.part("field").is_hidden()
    assert chat.part("thanks").is_visible()


def test_escape_closes_the_reason_and_nothing_else(chat, backend):
    """The form stays, focus goes back to the line, and the host's shortcuts saw nothing."""
    chat.open().show()
    chat.button("okay").click()
    chat.part("why").click()
    chat.page.keyboard.type("no 1")
    chat.page.keyboard.press("Escape")

    assert chat.part("field").is_hidden()
    assert chat.part("why").is_visible()
    assert chat.part("why").evaluate("one => one.getRootNode().activeElement === one")
    assert chat.page.evaluate("window.seen.shortcuts") == 0
    backend.wait_steps("neutral")


def test_the_counter_comes_at_25_words_and_31_cannot_be_sent(chat, backend):
    """Up to thirty words are taken; one more is refused in words."""
    chat.open().show()
    chat.button("okay").click()
    chat.part("why").click()
    chat.part("field").fill(" ".join(WORDS.split()[:24]))
    assert chat.part("counter").is_hidden()

    chat.part("field").fill(" ".join(WORDS.split()[:25]))
    assert chat.part("counter").inner_text() == "25 / 30"

    chat.part("field").fill(f"{WORDS} more")
    chat.page.keyboard.press("Enter")
    assert chat.part("counter").inner_text() == "At most 30 words"
    assert chat.page.get_by_role("status").inner_text() == "At most 30 words"
    assert chat.part("field").get_attribute("aria-invalid") == "true"

    chat.part("field").fill(WORDS)
    chat.page.keyboard.press("Enter")
    backend.wait_steps("neutral", f"neutral: {WORDS}")


def test_enter_that_ends_a_composition_does_not_send(chat, backend):
    """Input methods confirm with Enter."""
    chat.open().show()
    chat.button("okay").click()
    chat.part("why").click()
    chat.part("field").fill("\u3042\u308a")
    chat.part("field").evaluate(
        """one => one.dispatchEvent(new KeyboardEvent('keydown',
        {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
    )

    assert chat.part("field").is_visible()
    backend.wait_steps("neutral")


def test_thanks_folds_to_a_line_and_then_away(chat, backend):
    """After a while only the quiet button is left; the rating can still be changed there."""
    chat.open().show()
    chat.button("helpful").click()
    chat.page.locator("h1").click()
    chat.pass_time(13)
    chat.button("Thanks \u2014 we'll use that to improve.").wait_for()
    assert chat.panel.is_hidden()

    chat.pass_time(6)
    chat.button("Rate this session").click()
    assert chat.part("pressed").get_attribute("value") == "positive"
    chat.button("okay").click()
    backend.wait_steps("positive", "neutral")


def test_a_form_in_use_does_not_fold(chat):
    """Who is writing a reason is not hurried."""
    chat.open().show()
    chat.button("helpful").click()
    chat.part("why").click()
    chat.pass_time(120)

    assert chat.part("field").is_visible()


def test_a_light_ask_has_options_only(chat):
    """No line for a reason is offered."""
    chat.open().show(light=True)
    chat.button("helpful").click()

    assert chat.part("thanks").is_visible()
    assert chat.part("why").is_hidden()


def test_a_session_can_always_be_rated_unasked(chat, backend):
    """The quiet button opens the same form; the rating names no ask."""
    chat.open()
    chat.button("Rate this session").click()
    chat.button("helpful").click()
    backend.wait_steps("positive")
    event = next(iter(backend.events.values()))

    assert event == {
        "id": event["id"],
        "type": "rating",
        "conversation_id": "c-1",
        "rating": "positive",
    }


def test_without_a_conversation_there_is_nothing_to_rate(chat):
    """No button, and the method does nothing."""
    chat.open(conversation=None)
    chat.page.evaluate("document.querySelector('afterword-rating').open()")

    assert chat.part("opener").is_hidden()
    assert chat.panel.is_hidden()


def test_end_shows_what_is_pending_at_once(chat, backend):
    """The host's End button does not wait for the pause, nor for an empty composer."""
    chat.open()
    backend.wait_stream()
    chat.composer.fill("half a")
    ask = backend.send_ask(trigger="explicit_end")
    chat.page.wait_for_timeout(0)
    chat.page.evaluate("document.querySelector('afterword-rating').end()")
    chat.panel.wait_for()
    chat.button("helpful").click()

    backend.wait_steps("positive")
    assert next(iter(backend.events.values()))["ask_id"] == ask["ask_id"]


def test_an_ask_that_comes_after_the_form_was_opened_is_answered_by_it(chat, backend):
    """``end()`` before the server's ask: the rating is the answer to that ask."""
    chat.open()
    backend.wait_stream()
    chat.page.evaluate("document.querySelector('afterword-rating').end()")
    chat.panel.wait_for()
    ask = backend.send_ask(question="How was this talk?")
    chat.page.get_by_text("How was this talk?").first.wait_for()
    chat.button("helpful").click()

    backend.wait_steps("positive")
    assert next(iter(backend.events.values()))["ask_id"] == ask["ask_id"]


def test_rate_rates_without_the_form(chat, backend):
    """True when taken; nonsense and long reasons are refused; twice is once."""
    chat.open()
    backend.wait_stream()
    rate = "told => document.querySelector('afterword-rating').rate(...told)"

    assert chat.page.evaluate(rate, ["negative", "too slow"]) is True
    assert chat.page.evaluate(rate, ["negative"]) is True
    assert chat.page.evaluate(rate, ["5"]) is False
    assert chat.page.evaluate(rate, ["positive", f"{WORDS} more"]) is False
    backend.wait_steps("negative: too slow")
    assert chat.panel.is_hidden()


def test_after_a_negative_the_host_may_offer_two_buttons(chat):
    """At most two, only after a negative; a click tells the host."""
    chat.open()
    chat.page.evaluate(
        """() => { document.querySelector('afterword-rating').afterNegative =
        ['again', 'person', 'third'].map(value => ({label: `Do ${value}`, value})); }"""
    )
    chat.show()
    chat.button("helpful").click()
    assert chat.part("action").locator("visible=true").count() == 0

    chat.button("not what I needed").click()
    assert chat.part("action").locator("visible=true").count() == 2
    chat.button("Do person").click()
    assert chat.told()[-1][0] == "action"
    assert chat.told()[-1][1]["value"] == "person"


def test_the_privacy_link_is_a_link_of_the_web(chat):
    """Shown when set, opened in another tab."""
    chat.open(privacy_url="/privacy")
    chat.button("Rate this session").click()
    chat.button("okay").click()
    link = chat.page.get_by_role("link", name="Privacy")

    assert link.get_attribute("href") == "/privacy"
    assert link.get_attribute("target") == "_blank"


def test_a_privacy_link_runs_no_script(chat):
    """``javascript:`` is no page."""
    chat.open(privacy_url="javascript:window.seen.ran = 1")
    chat.button("Rate this session").click()
    chat.button("okay").click()

    assert chat.part("privacy").is_hidden()


def test_buttons_do_not_submit_the_hosts_form(chat, backend):
    """The element may stand inside the composer's form."""
    chat.open()
    chat.page.evaluate("document.forms[0].prepend(document.querySelector('afterword-rating'))")
    chat.button("Rate this session").click()
    chat.button("okay").click()
    chat.part("why").click()
    chat.page.keyboard.type("slow")
    chat.page.keyboard.press("Enter")

    backend.wait_steps("neutral", "neutral: slow")
    assert chat.page.evaluate("window.seen.submitted") == 0


@pytest.mark.parametrize(
    "text",
    [
        '<img src=x onerror="window.ran = 1">',
        "\u202eevil\u2066 text\u202c",
        "=HYPERLINK('https://x')",
    ],
    ids=["markup", "bidi", "formula"],
)
def test_hostile_texts_are_inert(chat, backend, text):
    """Whatever the server or the user writes is text, and turns nothing else around."""
    chat.open().show(
        question=text,
        acknowledgement=text,
        options=[{"value": "positive", "label": text}, {"value": "neutral", "label": "okay"}],
    )
    assert chat.part("question").inner_text() == text
    assert chat.part("option").first.inner_text().removeprefix("\u2713 ") == text
    chat.part("option").first.click()
    chat.part("why").click()
    chat.part("field").fill(text)
    chat.page.keyboard.press("Enter")

    backend.wait_steps("positive", f"positive: {text.strip()}")
    assert chat.page.evaluate("window.ran") is None
    first, second = chat.part("option").nth(0), chat.part("option").nth(1)
    assert first.bounding_box()["x"] < second.bounding_box()["x"]


def test_a_new_conversation_starts_afresh(chat, backend):
    """The form of the old one goes; the old ask comes back with its conversation."""
    chat.open().show()
    chat.be_seen()
    backend.wait_steps("shown")
    chat.set(conversation="c-2")
    chat.panel.wait_for(state="hidden")
    chat.button("Rate this session").click()
    chat.button("okay").click()
    backend.wait_steps("shown", "neutral")

    chat.set(conversation="c-1")
    chat.pass_time(2)
    chat.panel.wait_for()
    chat.button("helpful").click()
    backend.wait_steps("shown", "neutral", "positive")
    assert [event["conversation_id"] for event in backend.events.values()] == ["c-1", "c-2", "c-1"]
