"""Coming back: what a visit asks goes as soon as its person writes, wherever that is."""

from __future__ import annotations

import pytest

from afterword.intake.envelope import Speaker
from intake_cast import MINUTE, agent, ended, envelope, rating, step, talk, together, user


def visit(house, user_id="u"):
    """Open the stream, as a browser does; give the asks that it gets."""
    return house.intake.run(envelope(speaker=Speaker(user_id), is_visit=True)).asks


def ask_on_return(house, *, is_shown=True):
    """Have a talk end with nobody there, and its person come back and be asked."""
    house.take(user("c-0", user_id="u"))  # a talk that is still open
    house.take(*talk(user_id="u"), ended())
    house.wait(11 * MINUTE)  # nobody saw the first ask
    ask = visit(house)[-1]
    assert (ask.conversation_id, ask.trigger) == ("c-1", "return_visit")
    if is_shown:
        house.take(step(ask, "shown"))
    house.clock.move(5)
    return ask


@pytest.mark.parametrize("is_shown", [True, False])
def test_whoever_writes_elsewhere_is_not_asked_about_the_talk_before(house, is_shown):
    """Unseen, it costs nothing; and the talk is not asked about again."""
    ask = ask_on_return(house, is_shown=is_shown)
    house.take(user("c-2", user_id="u"))
    withdrawn = house.ask("c-1~1")

    assert (withdrawn.id, withdrawn.state) == (ask.id, "withdrawn")
    assert (withdrawn.shown_us is not None) is is_shown
    assert [one.state for one in visit(house) if one.conversation_id == "c-1"] == [
        "expired",
        "withdrawn",
    ]


@pytest.mark.parametrize(
    "writes",
    [
        [user("c-0", user_id="u")],
        [user("c-0")],  # whose it is was told before
        [user("c-2"), agent("c-2", user_id="u")],  # or is told with the next event
        [user("c-1", user_id="u")],
    ],
    ids=["open", "known", "told", "same"],
)
def test_it_is_known_who_writes(house, writes):
    """By the event, by its session, or by what comes with it."""
    ask_on_return(house)
    house.take(*writes)

    assert house.ask("c-1~1").state == "withdrawn"


def test_a_talk_is_told_whose_it_is_before_its_first_message(house):
    """The host names the user once, and its messages name nobody."""
    ask_on_return(house)
    house.take({"type": "session.started", "conversation_id": "c-2", "user_id": "u"})
    house.take(user("c-2"))

    assert house.ask("c-1~1").state == "withdrawn"


@pytest.mark.parametrize(
    "told",
    [
        [user("c-2", user_id="somebody-else")],
        [user("c-2")],
        [agent("c-0", user_id="u")],
        [user("c-0", user_id="u", at="2026-03-03T12:06:00Z")],  # before the question was there
    ],
    ids=["another", "nobody", "agent", "earlier"],
)
def test_what_others_write_takes_no_question_away(house, told):
    """Nor what was written before the question was there, and is told late."""
    ask_on_return(house)
    house.take(*told)

    assert house.ask("c-1~1").state == "shown"


def test_an_import_takes_no_question_away(house):
    """Nobody is there who writes."""
    ask_on_return(house)
    house.take(user("c-2", user_id="u"), is_import=True)

    assert house.ask("c-1~1").state == "shown"


def test_a_question_that_was_taken_back_may_be_answered_all_the_same(house):
    """The answer counts until the session settles."""
    ask = ask_on_return(house)
    house.take(user("c-2", user_id="u"))
    house.take(rating(ask_id=ask.id))

    assert house.ask("c-1~1").state == "answered"


def test_writing_and_answering_at_once(running):
    """Many write in one group: of each the own question goes, and nobody else's."""
    ask = ask_on_return(running)
    writes = [envelope(user(f"c-{n}", user_id=f"u-{n}")) for n in range(3, 6)]
    together(running, *writes, envelope(user("c-2", user_id="u")))

    assert running.ask(ask.session_id).state == "withdrawn"
