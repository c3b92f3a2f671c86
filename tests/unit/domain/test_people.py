"""The person: traits, sessions, onboarding and patience."""

from __future__ import annotations

from itertools import permutations

import pytest

from afterword.domain import events as ev
from afterword.domain.people import (
    Person,
    greet,
    learn_traits,
    note_answered,
    note_onboarding,
    note_unanswered,
)
from afterword.domain.sessions import fold
from cast import CHAT, MIA, answer, arrive, clock, say, small_talk, talk


def mia(**fields):
    """Make the row of Mia, first met at 8:00."""
    return Person(**{"key": f"u:{MIA}", "first_us": clock("8:00"), **fields})


def onboarding(face, *, kind="onboarding", step="completed"):
    """Let somebody complete a flow."""
    return arrive(
        face,
        ev.Flow(conversation_id=CHAT, flow="tour", kind=ev.FlowKind(kind), step=ev.FlowStep(step)),
    )


def test_sessions_are_numbered_over_all_conversations():
    """The second of a person is their second, wherever it takes place."""
    person, first, second = mia(), small_talk(), small_talk(conversation_id="c-2")
    greet(person, first)
    greet(person, second)

    assert (first.session_number, second.session_number, person.n_sessions) == (1, 2, 2)


def test_traits_are_frozen_when_the_session_begins():
    """What is learnt later belongs to the sessions that begin later."""
    person, before, after = mia(), small_talk(), small_talk()
    learn_traits(person, {"plan": "free"}, (1, "e-1"))
    greet(person, before)
    learn_traits(person, {"plan": "pro"}, (2, "e-2"))
    greet(person, after)

    assert (before.traits, after.traits) == ({"plan": "free"}, {"plan": "pro"})
    assert person.traits == {"plan": "pro"}


def test_a_session_knows_best_what_it_was_told_itself():
    """Its own events come before what is known of the person."""
    told = ev.SessionStarted(conversation_id=CHAT, traits={"plan": "pro"})
    session = fold(small_talk(), [arrive("9:00", told)])
    greet(mia(traits={"plan": "free", "seats": 3}), session)

    assert session.traits == {"plan": "pro", "seats": 3}


def test_traits_of_somebody_else_do_not_stay():
    """A session taken for Ravi's that turns out to be Mia's keeps nothing of Ravi."""
    told = ev.SessionStarted(conversation_id=CHAT, traits={"plan": "pro"})
    session = fold(small_talk(), [arrive("9:00", told)])
    greet(Person(key="u:u-ravi", first_us=0, traits={"region": "in"}), session)
    greet(mia(traits={"seats": 3}), session)

    assert session.traits == {"plan": "pro", "seats": 3}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_a_trait_the_last_value_by_time_stands(order):
    """However the events come in; at the same time the later id wins."""
    told = [("free", (1, "e-1")), ("pro", (5, "e-2")), ("max", (5, "e-3"))]
    person = mia()
    for place in order:
        plan, stamp = told[place]
        learn_traits(person, {"plan": plan}, stamp)

    assert person.traits == {"plan": "max"}


def test_tenure_counts_whole_days_since_the_first_event():
    """An imported session may be earlier than all that was known."""
    person = mia()
    later = small_talk(opened_us=clock("+3 7:59"))
    earlier = small_talk(opened_us=clock("-2 9:00"))
    greet(person, later)
    greet(person, earlier)

    assert (later.tenure_days, earlier.tenure_days) == (2, 0)
    assert person.first_us == clock("-2 9:00")


def test_onboarded_means_before_this_session():
    """The session in which onboarding completes is not yet an onboarded one."""
    person = mia()
    first = talk(say("9:00"), answer("9:01"), onboarding("9:05"))
    greet(person, first)
    note_onboarding(person, first)
    second = talk(say("12:00"), answer("12:01"))
    greet(person, second)

    assert (first.is_onboarded, second.is_onboarded) == (False, True)
    assert person.onboarded_us == clock("9:05")
    at_once = talk(say("9:05"))
    greet(person, at_once)
    assert not at_once.is_onboarded


def test_the_first_completion_counts():
    """A tour taken twice onboards once."""
    person = mia(onboarded_us=clock("9:00"))
    note_onboarding(person, talk(say("9:00"), onboarding("9:30")))
    assert person.onboarded_us == clock("9:00")

    note_onboarding(person, talk(say("8:00"), onboarding("8:30")))
    assert person.onboarded_us == clock("8:30")


@pytest.mark.parametrize("other", [{"kind": "survey"}, {"step": "dismissed"}, {"step": "shown"}])
def test_only_a_completed_onboarding_flow_onboards(other):
    """Other flows and other steps say nothing about it."""
    person = mia()
    note_onboarding(person, talk(say("9:00"), onboarding("9:05", **other)))

    assert person.onboarded_us is None


def test_unanswered_asks_wear_patience_and_an_answer_restores_it():
    """Dismissals are counted for good: they decide whether "never again" is offered."""
    person = mia()
    note_unanswered(person, small_talk(session_number=3), is_dismissed=True)
    note_unanswered(person, small_talk(session_number=5), is_dismissed=False)
    assert (person.streak, person.n_dismissed, person.quiet_number) == (2, 1, 5)

    note_answered(person)
    assert (person.streak, person.n_dismissed, person.quiet_number) == (0, 1, None)
