"""When the widget asks, and how it keeps out of the way."""

from __future__ import annotations

import pytest

CLOSING = "closing_message"


def test_an_ask_is_shown_and_told_once(chat, backend):
    """A granted ask appears, counts as shown after a second half visible, and once only."""
    ask = chat.open().show()
    chat.be_seen()

    backend.wait_steps("shown")
    chat.page.reload()
    chat.open()
    backend.wait_stream()
    backend.send_ask(ask)
    chat.panel.wait_for()
    chat.be_seen()
    chat.button("okay").click()
    backend.wait_steps("shown", "neutral")
    assert {event["ask_id"] for event in backend.events.values()} == {ask["ask_id"]}


def test_what_is_answered_within_a_second_was_never_reported_as_shown(chat, backend):
    """An answer implies shown."""
    chat.open()
    backend.wait_stream()
    chat.pause()
    backend.send_ask()
    chat.hear()
    chat.part("option").first.dispatch_event("click")
    chat.pass_time(5)

    backend.wait(lambda: backend.sent(shown=True) == ["positive"], "the rating alone")


def test_scrolled_out_of_sight_is_not_shown(chat, backend):
    """Less than half of the form in view does not count."""
    chat.open()
    chat.page.evaluate("document.querySelector('.chat').style.marginBlockStart = '2000px'")
    chat.show()
    chat.be_seen()
    chat.page.evaluate("document.querySelector('.chat').style.marginBlockStart = '0'")
    assert backend.sent(shown=True) == []

    chat.be_seen()
    backend.wait_steps("shown")


@pytest.mark.parametrize("trigger", ["explicit_end", CLOSING])
def test_after_the_last_word_it_waits_a_second_and_a_half(chat, backend, trigger):
    """A user who has just said thanks may have more to say."""
    chat.open()
    backend.wait_stream()
    chat.pause()
    backend.send_ask(trigger=trigger)
    chat.hear()
    chat.pass_time(1)
    assert chat.panel.is_hidden()

    chat.pass_time(1)
    assert chat.panel.is_visible()


def test_silence_is_asked_about_at_once(chat, backend):
    """Nobody has typed for minutes: there is nothing to wait for."""
    chat.open()
    backend.wait_stream()
    chat.pause()
    backend.send_ask()
    chat.hear()

    assert chat.panel.is_visible()


def test_text_in_the_composer_defers_it(chat, backend):
    """An unfinished message comes first; once it is deleted, the ask may appear."""
    chat.open()
    backend.wait_stream()
    chat.composer.fill("one more")
    backend.send_ask()
    chat.hear()
    chat.pass_time(5)
    assert chat.panel.is_hidden()

    chat.composer.fill("")
    chat.pass_time(2)
    chat.panel.wait_for()
    assert backend.sent() == []


def test_what_was_typed_and_sent_withdraws_a_waiting_ask(chat, backend):
    """The user went on, so that the question came too early."""
    chat.open()
    backend.wait_stream()
    chat.composer.fill("one")
    backend.send_ask()
    chat.hear()
    chat.composer.press_sequentially(" more")
    chat.composer.press("Enter")
    chat.pass_time(3)

    backend.wait_steps("withdrawn")
    assert chat.panel.is_hidden()


def test_thanks_itself_does_not_withdraw(chat, backend):
    """What was sent before the ask came is what the ask answers."""
    chat.open()
    backend.wait_stream()
    chat.composer.press_sequentially("thanks")
    chat.composer.press("Enter")
    backend.send_ask(trigger=CLOSING)
    chat.hear()
    chat.pass_time(3)

    chat.panel.wait_for()
    assert backend.sent() == []


def test_a_busy_host_defers_it(chat, backend):
    """While the agent answers nothing is asked, and a question shown too early steps back."""
    chat.open(busy="")
    backend.wait_stream()
    backend.send_ask()
    chat.hear()
    chat.pass_time(5)
    assert chat.panel.is_hidden()

    chat.set(busy="false")
    chat.pass_time(1)
    chat.panel.wait_for()
    chat.be_seen()
    chat.set(busy="true")
    chat.panel.wait_for(state="hidden")
    backend.wait_steps("shown")


def test_an_ask_past_its_end_is_not_shown(chat, backend):
    """Neither one that arrives too late nor one deferred for too long."""
    chat.open(busy="")
    backend.wait_stream()
    backend.send_ask(lives=-1)
    backend.send_ask(lives=60)
    chat.hear()
    chat.pass_time(61)
    chat.set(busy=None)
    chat.pass_time(2)

    assert chat.panel.is_hidden()
    assert backend.sent() == []


def test_typing_on_withdraws_without_fuss(chat, backend):
    """The first letter in the composer takes the question away and is not lost itself."""
    chat.open().show()
    chat.be_seen()
    chat.composer.press_sequentially("a")

    chat.panel.wait_for(state="hidden")
    backend.wait_steps("shown", "withdrawn")
    assert chat.composer.input_value() == "a"
    assert [name for name, _ in chat.told()] == ["ask"]


def test_typing_elsewhere_does_not_withdraw(chat):
    """Only the composer is the conversation."""
    chat.open().show()
    chat.page.evaluate(
        """() => { const field = document.createElement('input'); field.id = 'search';
        document.body.prepend(field); }"""
    )
    chat.page.locator("#search").fill("invoice")

    assert chat.panel.is_visible()


def test_typing_on_after_an_answer_withdraws_nothing(chat, backend):
    """The form goes away, the rating stays."""
    chat.open().show()
    chat.button("helpful").click()
    chat.composer.press_sequentially("bye")

    chat.panel.wait_for(state="hidden")
    backend.wait_steps("positive")


def test_a_half_written_reason_is_never_sent(chat, backend):
    """Only Enter or Send gives a reason away."""
    chat.open().show()
    chat.button("okay").click()
    chat.part("why").click()
    chat.part("field").fill("it was")
    chat.composer.press_sequentially("and")

    chat.panel.wait_for(state="hidden")
    backend.wait_steps("neutral")


def test_closing_is_told_as_dismissed(chat, backend):
    """The cross ends the ask, and it does not come back in this page."""
    ask = chat.open().show()
    chat.button("Close").click()

    chat.panel.wait_for(state="hidden")
    backend.wait_steps("dismissed")
    backend.send_ask(ask)
    chat.hear()
    chat.pass_time(3)
    assert chat.panel.is_hidden()
    assert [(name, detail.get("step")) for name, detail in chat.told()][1:] == [
        ("dismissed", "dismissed")
    ]


def test_dont_ask_me_again_is_offered_where_the_server_says_so(chat, backend):
    """With ``may_stop``, closing leaves the offer on the quiet line; it sends ``never``."""
    chat.open().show(may_stop=True)
    chat.button("Close").click()
    chat.button("Don't ask me again").click()

    backend.wait_steps("dismissed", "never")
    chat.button("Rate this session").wait_for()


def test_the_offer_to_stop_goes_by_itself(chat, backend):
    """Left alone, it is an ordinary dismissal."""
    chat.open().show(may_stop=True)
    chat.button("Close").click()
    chat.pass_time(9)

    chat.button("Rate this session").wait_for()
    backend.wait_steps("dismissed")


def test_two_asks_never_show_at_once(chat, backend):
    """The second waits for the first, in one element and over several."""
    chat.open()
    chat.page.evaluate(
        """() => { const one = document.querySelector('afterword-rating'), two = one.cloneNode();
        two.setAttribute('conversation', 'c-2'); one.after(two); }"""
    )
    backend.wait_stream(2)
    backend.send_ask()
    backend.send_ask(conversation_id="c-2")
    chat.panel.locator("visible=true").wait_for()
    chat.pass_time(5)
    assert chat.panel.locator("visible=true").count() == 1

    chat.button("Close").locator("visible=true").click()
    chat.pass_time(2)
    chat.panel.locator("visible=true").wait_for()
    assert chat.panel.locator("visible=true").count() == 1


def test_an_ask_of_another_conversation_waits_there(chat, backend):
    """Only a return visit may ask about a talk that is not the open one."""
    chat.open()
    backend.wait_stream()
    backend.send_ask(conversation_id="c-9")
    chat.hear()
    chat.pass_time(3)
    assert chat.panel.is_hidden()

    backend.send_ask(conversation_id="c-8", trigger="return_visit")
    chat.panel.wait_for()
    chat.button("helpful").click()
    backend.wait_steps("positive")
    assert next(iter(backend.events.values()))["conversation_id"] == "c-8"


@pytest.mark.parametrize("state", ["answered", "withdrawn", "expired"])
def test_an_ask_that_ended_elsewhere_goes_quietly(chat, backend, state):
    """Answered on another device, withdrawn or expired: nothing is told."""
    ask = chat.open().show()
    backend.end_ask(ask, state)

    chat.panel.wait_for(state="hidden")
    backend.send_ask(ask)
    chat.hear()
    chat.pass_time(3)
    assert chat.panel.is_hidden()
    assert backend.sent() == []


def test_the_echo_of_ones_own_answer_does_not_close_the_form(chat, backend):
    """Thanks stay while the server tells that the ask was answered."""
    ask = chat.open().show()
    chat.button("helpful").click()
    backend.wait_steps("positive")
    backend.end_ask(ask)
    chat.hear()

    assert chat.panel.is_visible()


def test_a_host_may_show_an_ask_its_own_way(chat, backend):
    """``preventDefault`` on ``afterword-ask`` keeps the form away; ``rate`` answers the ask."""
    chat.open()
    chat.page.evaluate("addEventListener('afterword-ask', event => event.preventDefault())")
    backend.wait_stream()
    backend.send_ask()
    chat.hear()
    chat.pass_time(3)

    assert chat.panel.is_hidden()
    assert len(chat.told()) == 1


def test_focus_is_never_taken(chat):
    """Who writes goes on writing: the ask appears, is withdrawn and folds beside the composer."""
    chat.open()
    chat.composer.focus()
    chat.show()
    assert chat.page.evaluate("document.activeElement.id") == "input"

    chat.composer.press("ArrowLeft")
    chat.page.keyboard.press("1")
    chat.panel.wait_for(state="hidden")
    assert chat.page.evaluate("document.activeElement.id") == "input"


def test_bare_digits_mean_nothing(chat, backend):
    """Keys pressed while the ask shows rate nothing; they belong to the host."""
    chat.open().show()
    for key in "123":
        chat.page.keyboard.press(key)

    assert chat.part("pressed").count() == 0
    assert chat.page.evaluate("window.seen.shortcuts") == 3
    assert backend.sent() == []
