"""After a question was left: answers that come later, the next visit, the end of all asking.

The server is the real one.
"""

from __future__ import annotations

from threading import Event

import pytest

from page_harness import mint
from server_harness import MINUTE, MovableClock, make_key, said, served

PATIENCE_MS = 20_000  # until something that must come counts as lost
HOUR = 60 * MINUTE


@pytest.fixture
def clock():
    """Server time that the test moves."""
    return MovableClock()


@pytest.fixture
def host(tmp_path, clock):
    """A host's backend with a secret key."""
    with served(tmp_path, clock) as caller:
        yield caller


@pytest.fixture
def visit(chat, host, tmp_path, backend):
    """Give a way to open the chat page before the real server, as u-7."""
    origins = (backend.page_url,)
    _, key = make_key(tmp_path, kind="publishable", allow_origins=origins)

    def open_page(conversation="c-1"):
        now = host.services.clock.now_us() / 1e6
        told = {"publishable_key": key, "token": mint(host.key, now=now, expires_in=9 * HOUR)}
        return chat.open(server=str(host.http.base_url), conversation=conversation, **told)

    return open_page


def wait_for(host, is_so, session_id="c-1~1"):
    """Wait until a session is as it should be; give its rating and its asks."""
    for _ in range(PATIENCE_MS // 10):
        session = host.session(session_id)["session"]
        asks = [(ask["trigger"], ask["state"]) for ask in session["asks"]]
        if is_so(session["rating"], asks):
            break
        Event().wait(0.01)
    rating = session["rating"] or {}
    return (rating.get("rating"), rating.get("trigger")), asks


def come_back(host, clock, visit):
    """Have a talk, go until it is over, and open a new one an hour later."""
    host.chat("c-1", user_id="u-7")
    clock.move(31 * MINUTE)
    clock.move(HOUR)
    page = visit("c-2")
    page.panel.wait_for(timeout=PATIENCE_MS)
    return page


def be_asked(host, visit, conversation="c-1"):
    """Have a talk that ends with thanks, with the page open; wait for the question."""
    page = visit(conversation)
    host.thank(conversation, user_id="u-7")
    page.panel.wait_for(timeout=PATIENCE_MS)
    wait_for(host, lambda _, asks: asks[-1][1] == "shown", f"{conversation}~1")
    return page


def test_who_comes_back_to_a_new_chat_is_asked_about_the_last_one(host, clock, visit):
    """And the answer is that session's."""
    come_back(host, clock, visit).button("helpful").click()
    rating, asks = wait_for(host, lambda rating, _: rating)

    assert rating == ("positive", "return_visit")
    assert asks == [("return_visit", "answered")]


def test_who_comes_back_and_types_has_other_things_to_do(host, clock, visit):
    """The question goes, taken back and not ignored: that costs nobody's patience."""
    page = come_back(host, clock, visit)
    page.composer.press_sequentially("hi")
    page.panel.wait_for(state="hidden")
    rating, asks = wait_for(host, lambda _, asks: asks[-1][1] == "withdrawn")

    assert (rating, asks) == ((None, None), [("return_visit", "withdrawn")])


@pytest.mark.parametrize("how", ["dismissed", "ignored"])
def test_a_question_that_was_left_can_be_answered_after_all(host, clock, visit, how):
    """Closed by hand, or over with the session: "Rate this session" is the same question."""
    page = be_asked(host, visit)
    if how == "dismissed":
        page.button("Close").click()
    else:
        clock.move(HOUR)
        page.panel.wait_for(state="hidden")
    _, asks = wait_for(host, lambda _, asks: asks[-1][1] == how)
    assert asks == [("closing_message", how)]
    page.button("Rate this session").click()
    page.button("okay").click()
    rating, asks = wait_for(host, lambda rating, _: rating)

    assert rating == ("neutral", "closing_message")
    assert asks == [("closing_message", "answered")]


def test_who_has_gone_on_answers_no_old_question(host, visit):
    """Closed, then typed: a rating after that is the user's own, of the session as it is now."""
    page = be_asked(host, visit)
    page.button("Close").click()
    page.composer.press_sequentially("hi")
    page.composer.fill("")
    page.button("Rate this session").click()
    page.button("okay").click()
    rating, asks = wait_for(host, lambda rating, _: rating)

    assert rating == ("neutral", "user_opened")
    assert asks == [("closing_message", "dismissed")]


def say_goodbye(host, conversation):
    """Have a talk that ends with thanks; give what was decided about asking."""
    host.chat(conversation, user_id="u-7")
    host.send(said(conversation, "user", "ah, thanks!", user_id="u-7"))
    host.send(said(conversation, "agent", "you are welcome", user_id="u-7"))
    return host.session(f"{conversation}~1")["session"]["decision"]


def test_who_closes_a_second_question_may_end_them_all(host, visit):
    """Between the two a session is left alone; "Rate this session" is there for ever."""
    page = be_asked(host, visit)
    page.button("Close").click()
    wait_for(host, lambda _, asks: asks[-1][1] == "dismissed")
    assert page.button("Don't ask me again").is_hidden()
    assert say_goodbye(host, "c-2") == "left_alone"

    page = be_asked(host, visit, "c-3")
    page.button("Close").click()
    wait_for(host, lambda _, asks: asks[-1][1] == "dismissed", "c-3~1")
    page.button("Don't ask me again").click()
    page.button("Rate this session").click()
    page.button("helpful").click()
    rating, asks = wait_for(host, lambda rating, _: rating, "c-3~1")

    assert (rating, asks) == (("positive", "closing_message"), [("closing_message", "answered")])
    assert say_goodbye(host, "c-4") == "person_stopped"
