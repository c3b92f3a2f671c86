"""Texts: of what people say only facts are kept, and what names them is masked."""

from __future__ import annotations

import logging

import pytest

from afterword.errors import JournalUnavailable
from intake_cast import agent, ended, envelope, rating, stored, talk, user

NAMES = (b"ann@example.org", b"4111 1111 1111 1111", b"+49 30 901820")
TOLD = " ".join(name.decode() for name in NAMES)


def test_no_message_text_is_kept(house):
    """Neither in the database nor in its log, whoever spoke and wherever the event stood."""
    house.take(user(text="xylophone question"), agent(text="xylophone answer"))
    tool = {"type": "message", "conversation_id": "c-1", "role": "tool", "text": "xylophone"}
    house.take(tool, user(text="xylophone again"), *talk("c-2", text="xylophone"))
    house.take(user("c-3", text="xylophone", at=house.clock.us // 1_000_000), is_import=True)
    house.wait(3_600)

    assert b"xylophone" not in stored(house)
    session = house.session("c-1~1")
    assert (session.n_user, session.user_words, session.agent_words) == (2, 4, 2)


def test_refusals_and_retries_stay_when_their_words_are_gone(house):
    """Over several requests, and in what is imported; the same words elsewhere are nothing."""
    again = "Xylophones: why was I charged twice?"
    told = [
        user(text=again),
        agent(text="I'm sorry, but I can't help with xylophones."),
        agent(text="I cannot discuss that, xylophone."),
        user(text=again.upper()),
        agent(text="One xylophone is a pending hold."),
    ]
    for event in told:
        house.take(event)
    house.take(*({**event, "conversation_id": "c-2"} for event in told), is_import=True)
    house.take(user("c-3", text=again), agent("c-3", text="Xylophone."))

    found = [house.session(f"c-{number}~1") for number in (1, 2, 3)]
    assert [(one.n_refusals, one.n_retries) for one in found] == [(2, 2), (2, 2), (0, 0)]
    assert b"ylophone" not in stored(house).lower()


def test_what_names_a_person_is_masked_in_every_free_text(house):
    """Reason, comment, outcome, error and a flow's answer keep their other words."""
    vote = {"type": "feedback", "conversation_id": "c-1", "message_id": "m", "value": "down"}
    flow = {"type": "flow", "conversation_id": "c-1", "flow": "f", "kind": "survey"}
    house.take(
        user(),
        agent(error=f"zither1 {TOLD}"),
        {**vote, "comment": f"zither2 {TOLD}"},
        {**flow, "step": "completed", "answer": f"zither3 {TOLD}"},
        rating(reason=f"zither4 {TOLD}"),
        ended(outcome=f"zither5 {TOLD}"),
    )

    kept = stored(house)
    assert [name for name in NAMES if name in kept] == []
    assert [
        n for n in range(1, 6) if f"zither{n} [email] [card] [phone]".encode() not in kept
    ] == []
    assert house.session("c-1~1").rating.reason == "zither4 [email] [card] [phone]"


def test_a_rejected_reason_is_not_kept(house):
    """Too long or too late, it leaves no trace."""
    house.take(*talk(), rating())
    house.take(rating(reason="xylophone " * 31))
    house.wait(1_000)
    house.take(rating("negative", reason="xylophone"))

    assert b"xylophone" not in stored(house)


def test_an_error_of_the_database_tells_no_words(house, caplog):
    """What is logged and answered holds neither texts nor reasons."""
    house.take(*talk())
    house.refuse("ratings", "session_id", "c-1~1")
    house.intake.start()
    told = envelope(user(text="xylophone"), rating(reason="zither"))
    with caplog.at_level(logging.DEBUG):
        error = house.intake.submit(told).exception()
    house.intake.stop()

    assert isinstance(error, JournalUnavailable)
    assert "could not be committed" in caplog.text
    assert "zither" not in caplog.text + error.detail
    assert "xylophone" not in caplog.text + error.detail


@pytest.mark.parametrize(("words", "expected"), [(7, 7), (None, 3)])
def test_the_hosts_count_of_words_goes_first(house, words, expected):
    """A host that keeps its texts to itself sends their numbers."""
    house.take(user(text="one two three", words=words), user(words=2, text=None))

    assert house.session("c-1~1").user_words == expected + 2
