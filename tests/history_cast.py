"""Sessions for history tests: seeded worlds, kept in journals or files, and counted by hand."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from afterword.domain.counts import PERSON_SHARES, Cell, PersonSums
from afterword.domain.events import Rating, Source
from afterword.domain.retries import AGENT, USER, add_turn
from afterword.domain.session import (
    Ask,
    AskState,
    CloseReason,
    Exposure,
    RatingRecord,
    Session,
    Trigger,
)
from afterword.history.schema import rows, write_day
from afterword.journal import days
from afterword.journal.projects import load_project
from afterword.journal.sessions import Saved, day_of, save_sessions

DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
FIRST = date(2026, 11, 1)
FIRST_US = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1_000_000


def _turn(since_us, role):
    """Give one turn as sessions keep it."""
    kept = []
    add_turn(kept, since_us, role)
    return kept[0]


_LEVELS = ("positive", "neutral", "negative")
# None is known; a question and its answer; the same with another answer.
_TURNS = (
    [],
    [_turn(0, USER), _turn(1, AGENT)],
    [_turn(0, USER), _turn(1, AGENT), _turn(2, AGENT)],
)


def world(seed, n=200, n_days=5):
    """Make sessions of a dozen people with every kind of gap in what is known of them."""
    rng = random.Random(seed)  # noqa: S311  # a seeded world, no secret
    return [_session(rng, number, n_days) for number in range(n)]


def plain(number=1, *, at_us=FIRST_US, **given):
    """Make one closed session with nothing but what a test says of it."""
    facts = {"project": "default", "conversation_id": f"c-{number}", "number": 1}
    times = {"opened_us": at_us, "first_us": at_us, "last_us": at_us + MINUTE_US}
    closing = {"closed_us": at_us + 31 * MINUTE_US, "close_reason": CloseReason.SILENCE}
    return Session(**{**facts, **times, **closing, **given})


def rated(session, level, *, trigger=Trigger.INACTIVITY, reason=None):
    """Give a session with a rating."""
    record = RatingRecord(
        rating=Rating(level),
        rated_us=session.last_us + MINUTE_US,
        source=Source.WIDGET,
        trigger=trigger,
        reason=reason,
    )
    return replace(session, rating=record)


def ask(session, state, trigger=Trigger.INACTIVITY, *, is_shown=False, number=1):
    """Make one ask about a session."""
    at_us = session.last_us
    return Ask(
        id=f"{session.id}/{number}",
        session_id=session.id,
        conversation_id=session.conversation_id,
        person=session.person,
        trigger=trigger,
        state=AskState(state),
        granted_us=at_us,
        expires_us=at_us + 10 * MINUTE_US,
        policy_version=1,
        shown_us=at_us + 1 if is_shown else None,
    )


def _tour(at_us, variant=None):
    return {"tour": Exposure("onboarding", variant, completed_us=at_us)}


def _session(rng, number, n_days):
    at_us = FIRST_US + rng.randrange(n_days * DAY_US)
    session = plain(
        number,
        at_us=at_us,
        environment=rng.choice(["production"] * 4 + ["staging"]),
        user_id=rng.choice([None, *(f"u-{person}" for person in range(12))]),
        release=rng.choice([None, "v41", "v42"]),
        use_case=rng.choice([None, "billing", "it's", "unknown"]),
        timezone=rng.choice([None, "Asia/Kolkata", "Nowhere/Land"]),
        traits=rng.choice([{}, {"plan": "pro"}, {"plan": "free", "seats": 3}]),
        labels=rng.choice([{}, {"arm": "a"}, {"arm": "b"}]),
        flows=rng.choice([{}, _tour(at_us), _tour(at_us, "short"), _tour(at_us, "long")]),
        session_number=rng.choice([None, 1, 3, 4, 10, 11, 200]),
        tenure_days=rng.choice([None, 3, 40]),
        is_onboarded=rng.random() < 0.3,
        feedback=_feedback(rng, at_us),
        n_user=rng.choice([3, 10, 11]),
        n_errors=rng.choice([0, 0, 1]),
        n_refusals=(None, 0, 1, 0, 2)[number % 5],
        turns=_TURNS[number % 7 % 3],
    )
    if rng.random() < 0.2:
        session = replace(session, closed_us=None, close_reason=None)
    asks = [
        ask(session, state, is_shown=rng.random() < 0.5, number=place)
        for place, state in enumerate(rng.sample(list(AskState), rng.randrange(3)))
    ]
    session = replace(session, asks=asks)
    if rng.random() < 0.6:
        trigger = rng.choice(list(Trigger))
        session = rated(session, rng.choice(_LEVELS), trigger=trigger)
    return session


def _feedback(rng, at_us):
    scores = rng.choice([[], [1.0], [0.0], [1.0, 0.0], [1.0, 1.0, 0.0], [0.25, 0.5], [0.75, 0.5]])
    return {
        f"m-{place}": ((at_us + place, 1, f"f-{place}"), score)
        for place, score in enumerate(scores)
    }


def tell(journal, sessions):
    """Write sessions to a journal as intake does: with their days marked."""
    by_project = defaultdict(list)
    for session in sessions:
        by_project[session.project].append(session)
    with journal.write() as connection:
        for project, told in by_project.items():
            load_project(connection, project, 0)
            versions = days.raise_versions(connection, project, {day_of(one) for one in told})
            save_sessions(connection, [Saved(one, None, versions[day_of(one)]) for one in told])


def day_at(session):
    """Give the UTC day on which a session opened."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=session.opened_us)).date()


def store(directory, sessions):
    """Write sessions as day files."""
    by_day = defaultdict(list)
    for session in sessions:
        by_day[session.project, day_at(session)].append(session)
    for (project, day), held in by_day.items():
        write_day(directory, project, day, rows(held))


def count(sessions, key=lambda _: "all"):
    """Count cells one session at a time, the slow and obvious way."""
    held = defaultdict(list)
    for session in sessions:
        held[key(session)].append(session)
    return [_count_cell(name, held[name]) for name in sorted(held)]


def _count_cell(name, held):
    told = [session for session in held if session.rating is not None]
    levels = Counter(str(session.rating.rating) for session in told)
    asks = [one for session in held for one in session.asks]
    return Cell(
        name,
        n_sessions=len(held),
        n_closed=sum(session.closed_us is not None for session in held),
        n_shown=sum(one.shown_us is not None or one.state == "answered" for one in asks),
        n_answered=sum(one.state == "answered" for one in asks),
        n_rated=len(told),
        n_rated_closed=sum(session.closed_us is not None for session in told),
        n_unasked=sum(session.rating.trigger in ("user_opened", "import") for session in told),
        **{level: levels[level] for level in _LEVELS},
        persons=_sum_people(told),
    )


def _share(person, level):
    return person[level] * PERSON_SHARES // person.total()


def _sum_people(told):
    people = defaultdict(Counter)
    for session in told:
        people[session.person][str(session.rating.rating)] += 1
    held = list(people.values())
    return PersonSums(
        n_raters=len(held),
        m2=sum(one.total() ** 2 for one in held),
        my=tuple(sum(one.total() * one[level] for one in held) for level in _LEVELS),
        y2=tuple(sum(one[level] ** 2 for one in held) for level in _LEVELS),
        shares=tuple(sum(_share(one, level) for one in held) for level in _LEVELS),
        squares=tuple(sum(_share(one, level) ** 2 for one in held) for level in _LEVELS),
    )
