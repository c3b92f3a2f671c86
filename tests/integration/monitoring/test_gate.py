"""The gate on sessions whose truth is known, and in bad luck."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from afterword.domain.session import Trigger
from afterword.errors import InvalidField, UnknownRelease
from afterword.history import History
from afterword.journal import Journal
from afterword.journal.releases import accept_release
from afterword.monitoring.releases.gate import Wanted, gate, known_of
from afterword.monitoring.releases.register import accept, open_by_hand
from afterword.monitoring.releases.words import words_of
from history_cast import DAY_US, FIRST_US, plain, rated, store

GOOD, BAD = (13, 5, 2), (8, 4, 8)  # helpful, okay, not, of twenty
LEVELS = ("positive", "neutral", "negative")
NOW_US = FIRST_US + 40 * DAY_US


def sold(release, days, levels, *, people=None, each=2, **more):
    """Make sessions of a release, each day the same ratings; each by a person, or by a few."""
    made = []
    for day in days:
        told = [level for level, n in zip(LEVELS, levels, strict=True) for _ in range(n * each)]
        for place, level in enumerate(told):
            number = f"{release}-{day}-{place}"
            user = number if people is None else f"{release}-{place % people}"
            at_us = FIRST_US + day * DAY_US + place * 60_000_000
            one = plain(number, at_us=at_us, user_id=user, release=release, **more)
            made.append(rated(one, level))
    return made


@pytest.fixture
def asked(tmp_path):
    """Ask the gate about sessions."""
    journal = Journal.open(tmp_path)
    history = History(tmp_path / "history", None)

    def ask(sessions=(), candidate="v2", **more):
        store(tmp_path / "history", sessions)
        wanted = Wanted(candidate, **more)
        with journal.read() as connection:
            known = known_of(connection, wanted)
        return gate(history, wanted, known, NOW_US)

    ask.journal = journal
    yield ask
    history.close()
    journal.close()


@pytest.mark.parametrize(
    ("levels", "verdict"), [(BAD, "worse"), (GOOD, "not_worse"), ((18, 2, 0), "better")]
)
def test_a_rollout_is_held_against_the_weeks_before(asked, levels, verdict):
    """By the part of the week, the moment of asking and the use case."""
    answer = asked(
        sold("v1", range(30), GOOD, each=6) + sold("v2", range(30, 40), levels, each=10)
    )

    assert answer.verdict == verdict
    assert answer.how == "before_after"
    assert (answer.baseline.name, answer.baseline.first_day) == ("v1", "2026-11-03")
    assert (answer.baseline.n_rated, answer.candidate.n_rated) == (28 * 120, 10 * 200)
    assert answer.stratified_by == ("weekend", "trigger", "use_case")
    assert answer.ratings_needed is None
    assert "ran after v1" in answer.notes[0]


def test_a_canary_is_held_against_the_same_days(asked):
    """Day by day; the weeks before do not count."""
    old = sold("v1", range(20), BAD) + sold("v1", range(20, 40), GOOD, each=5)

    answer = asked(old + sold("v2", range(20, 40), BAD, each=1))

    assert (answer.verdict, answer.how) == ("worse", "canary")
    assert answer.baseline.first_day == answer.candidate.first_day == "2026-11-21"
    assert answer.stratified_by == ("day", "trigger")
    assert answer.baseline.negative == 0.1


def test_what_cannot_be_told_yet_says_how_long_it_takes(asked):
    """In ratings, and in days at the rate of the last week."""
    answer = asked(sold("v1", range(30), GOOD, each=6) + sold("v2", range(30, 40), GOOD, each=2))

    assert answer.verdict == "cannot_tell_yet"
    assert answer.days_needed == -(-answer.ratings_needed // 40)
    assert f"about {answer.ratings_needed:,} more ratings" in words_of(answer)


def test_a_few_ratings_say_nothing(asked):
    """However bad they are."""
    answer = asked(sold("v1", range(30), GOOD) + sold("v2", [39], (0, 0, 10), each=1))

    assert answer.verdict == "cannot_tell_yet"
    assert "10 ratings of 10 people; it takes 30 of 15" in " ".join(answer.notes)


def test_one_person_cannot_stop_a_release(asked):
    """Nor can a hundred ratings of theirs."""
    answer = asked(sold("v1", range(30), GOOD) + sold("v2", range(30, 40), (0, 0, 10), people=1))

    assert answer.verdict == "cannot_tell_yet"
    assert answer.candidate.n_raters == 1
    assert answer.negative.always_low is None


def test_a_baseline_without_negatives_is_a_baseline(asked):
    """One negative more is no alarm, a quarter of all is one."""
    old = sold("v1", range(30), (16, 4, 0))

    assert asked(old + sold("v2", range(30, 40), (15, 5, 0))).verdict != "worse"
    assert asked(sold("v3", range(30, 40), (11, 4, 5)), "v3", baseline="v1").verdict == "worse"


def test_nobody_rated(asked):
    """Sessions alone are no evidence."""
    silent = [replace(one, rating=None) for one in sold("v2", range(30, 40), GOOD)]

    answer = asked(sold("v1", range(30), GOOD) + silent)

    assert (answer.verdict, answer.candidate.n_rated) == ("cannot_tell_yet", 0)
    assert answer.candidate.n_sessions == len(silent)
    assert words_of(answer)


def test_old_data_read_in_again_change_nothing(asked):
    """A handful of last year's sessions under either name."""
    new = sold("v1", range(30), GOOD, each=6) + sold("v2", range(30, 40), BAD, each=10)
    before = asked(new)

    old = sold("v1", [-365], (0, 0, 3), each=1) + sold("v2", [-365], (0, 0, 3), each=1)

    assert asked(old) == before


def test_who_rates_without_being_asked_does_not_decide(asked):
    """The angry open the rating by themselves."""
    angry = [
        replace(one, rating=replace(one.rating, trigger=Trigger.USER_OPENED))
        for one in sold("v2", range(30, 40), (0, 0, 20), each=3)
    ]
    calm = [
        replace(one, conversation_id=f"calm-{one.conversation_id}")
        for one in sold("v2", range(30, 40), GOOD, each=10)
    ]

    answer = asked(sold("v1", range(30), GOOD, each=6) + angry + calm)

    assert (answer.verdict, answer.candidate.n_rated) == ("not_worse", 2000)


def test_what_is_unknown_is_named(asked):
    """A release without sessions, one that has none before it, and impossible wishes."""
    sessions = sold("v1", range(3), GOOD)
    for candidate, more, field in (
        ("v9", {"baseline": "v1"}, "candidate"),
        ("v1", {"baseline": "v9"}, "baseline"),
        ("v1", {}, "baseline"),
        ("v1", {"baseline": "v2", "environment": "staging"}, "candidate"),
    ):
        with pytest.raises(UnknownRelease) as caught:
            asked(sessions, candidate, **more)
        assert caught.value.field == field
    for candidate, more, field in (
        ("v1", {"baseline": "v1"}, "baseline"),
        ("v1", {"by": "channel"}, "by"),
        ("v1", {"margin": 0.0}, "margin"),
        ("v1", {"margin": float("nan")}, "margin"),
    ):
        with pytest.raises(InvalidField) as invalid:
            asked(sessions, candidate, **more)
        assert invalid.value.field == field


def test_models_and_prompts_are_releases_too(asked):
    """By whatever a session carries."""
    old = sold("v1", range(30), GOOD, each=6, model="m-1")
    new = [
        replace(one, release="v1", model="m-2") for one in sold("x", range(30, 40), BAD, each=10)
    ]

    answer = asked(old + new, "m-2", by="model")

    assert (answer.verdict, answer.by, answer.baseline.name) == ("worse", "model", "m-1")


def test_the_accepted_release_is_the_baseline(asked):
    """Not the one before, which was never accepted; a release that was opened shares a budget."""
    sessions = [
        *sold("v1", range(20), GOOD, each=15),
        *sold("v2", range(20, 30), BAD, each=6),
        *sold("v3", range(30, 40), GOOD, each=20),
    ]
    assert asked(sessions, "v3").baseline.name == "v2"
    with asked.journal.write() as connection:
        open_by_hand(connection, "default", "v1", "release", None, FIRST_US)
        accept(connection, "default", "v1", FIRST_US + 1)
        open_by_hand(connection, "default", "v2", "release", None, FIRST_US + 20 * DAY_US)
        open_by_hand(connection, "default", "v3", "release", None, FIRST_US + 30 * DAY_US)

    answer = asked((), "v3")

    assert (answer.baseline.name, answer.verdict) == ("v1", "not_worse")
    assert answer.alpha == pytest.approx(0.05 / 6)
    assert asked((), "v3", baseline="v2").baseline.name == "v2"
    # An accepted one stands against the one before it, not against itself.
    with asked.journal.write() as connection:
        accept_release(connection, "default", "release", "v3", NOW_US)
    assert asked((), "v3").baseline.name in ("v1", "v2")


def test_a_release_that_was_opened_may_have_no_sessions_yet(asked):
    """It cannot be told yet; that is no error."""
    with asked.journal.write() as connection:
        open_by_hand(connection, "default", "v2", "release", None, NOW_US)

    answer = asked(sold("v1", range(30), GOOD))

    assert (answer.verdict, answer.how, answer.baseline.name) == ("cannot_tell_yet", None, "v1")
    assert "No session of v2 yet" in words_of(answer)
