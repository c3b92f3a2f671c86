"""``answer``: the message after the question is taken only where it surely answers it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import afterword

WAIT = 30  # a test that needs it has failed


def shown(aw, transport, **changes):
    """Have a talk in which the ask was shown; give it and the ask."""
    transport.ask("c-1", **changes)
    c = aw.conversation("c-1", user_id="u-7")
    c.user("ah, thanks!")
    c.agent("You're welcome!")
    ask = c.wait_for_ask(WAIT)
    ask.shown()
    return c, ask


def told(aw, transport):
    """Give what was told after the ask was shown, without ids and times."""
    assert aw.flush(WAIT)
    place = next(n for n, event in enumerate(transport.events) if event.get("step") == "shown")
    made = ("id", "at", "conversation_id", "user_id")
    return [
        {name: value for name, value in event.items() if name not in made}
        for event in transport.events[place + 1 :]
    ]


def test_an_answer_is_told_with_its_reason_as_one_of_text(aw, transport):
    """The host acknowledges it in the words of the ask; no message is told."""
    c, ask = shown(aw, transport)

    answer = c.answer("not really, it kept looping")

    assert answer == afterword.Answer("negative", "it kept looping", ask.acknowledgement)
    assert told(aw, transport) == [
        {
            "type": "rating",
            "rating": "negative",
            "reason": "it kept looping",
            "ask_id": ask.ask_id,
            "source": "text",
        }
    ]


def test_stop_ends_asking(aw, transport):
    """The ask's step is ``never``, and the user is told so."""
    c, ask = shown(aw, transport)

    answer = c.answer("stop")

    assert answer == afterword.Answer(None, None, "Don't ask me again \u2713")
    assert told(aw, transport) == [{"type": "ask", "ask_id": ask.ask_id, "step": "never"}]


@pytest.mark.parametrize("text", ["ok thanks, and my invoice?", "2 tickets please", "", None, 5])
def test_anything_else_belongs_to_the_agent(aw, transport, text):
    """Nothing is told, and the question stands until something is said."""
    c, _ = shown(aw, transport)

    assert c.answer(text) is None
    assert told(aw, transport) == []
    assert c.answer("okay").rating == "neutral"


@pytest.mark.parametrize(
    "happens",
    [
        lambda c, _: c.user("one more thing"),
        lambda c, _: c.agent("Here it is."),
        lambda c, _: c.rate("positive"),
        lambda c, _: c.answer("helpful"),
        lambda _, ask: ask.answer("positive"),
        lambda _, ask: ask.dismiss(),
        lambda _, ask: ask.withdraw(),
        lambda _, ask: ask.never(),
    ],
)
def test_only_the_message_right_after_the_question_answers_it(aw, transport, happens):
    """Once something else was said or the ask is over, "okay" is the agent's."""
    c, ask = shown(aw, transport)
    happens(c, ask)

    assert c.answer("okay") is None


def test_a_tools_message_is_not_seen_and_changes_nothing(aw, transport):
    """Nor does an update of the session."""
    c, _ = shown(aw, transport)
    c.tool("rows")
    c.update(user_id="u-8", use_case="billing")

    assert c.answer("okay").rating == "neutral"


def test_an_ask_that_was_not_shown_is_not_answered(aw, transport):
    """Handed out is not shown."""
    transport.ask("c-1")
    c = aw.conversation("c-1")
    assert c.answer("okay") is None
    assert c.wait_for_ask(WAIT).question

    assert c.answer("okay") is None


def test_another_process_may_have_shown_the_ask(aw, transport):
    """Then the host names it; the words are those of the conversation's locale."""
    c = aw.conversation("c-1", locale="de-AT")

    answer = c.answer("war super hilfreich", ask_id="ask-9")

    assert (answer.rating, answer.acknowledgement[:5]) == ("positive", "Danke")
    assert aw.flush(WAIT)
    assert transport.events[-1]["ask_id"] == "ask-9"


def test_an_older_ask_by_its_id_is_not_the_one_that_was_shown(aw, transport):
    """The id that the host names counts."""
    c, _ = shown(aw, transport)
    c.answer("okay", ask_id="ask-9")

    assert [event["ask_id"] for event in told(aw, transport)] == ["ask-9"]


def test_digits_are_content_where_none_were_offered(aw, transport):
    """The host says whether it showed them."""
    c, _ = shown(aw, transport)

    assert c.answer("1", digits=False) is None
    assert c.answer("1").rating == "positive"


def test_the_line_offers_what_is_understood(aw, transport):
    """And how to stop, where that may be offered."""
    _, ask = shown(aw, transport)
    assert ask.line == (
        "How did this session go? 1 \U0001f44d helpful / 2 \U0001f610 okay"
        " / 3 \U0001f44e not what I needed"
    )
    transport.ask("c-2", may_stop=True)
    c = aw.conversation("c-2")
    c.agent("hello")

    assert c.wait_for_ask(WAIT).line.endswith(" / stop: Don't ask me again")


def test_hosts_that_do_not_read_answers_do_not_pay_for_them():
    """The lexicons are loaded with the first message that may be one."""
    program = "import sys, afterword.client; print('afterword.domain.replies' in sys.modules)"
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
