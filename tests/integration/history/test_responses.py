"""The question of responses on DuckDB, against counting one session at a time."""

from collections import Counter

import pytest

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.history.questions.responses import response_sessions, responses
from history_cast import day_at, store, world


def verdict(session):
    """Judge a session's responses by the mean of their scores."""
    scores = [score for _, score in session.feedback.values()]
    if not scores:
        return None
    stars = 4 * sum(scores) / len(scores) + 1
    return "good" if stars >= 3.5 else "bad" if stars < 2.5 else "mixed"


def events(session):
    """Say what happened inside a session, in the order of the question."""
    scores = [score for _, (_, score) in sorted(session.feedback.items())]
    return (
        bool(scores) and scores[-1] < 0.5,
        any(score < 0.5 for score in scores),
        session.n_errors > 0,
        bool(session.n_refusals),
        bool(session.n_retries),
        session.n_handovers > 0,
        session.n_user > 10,
    )


@pytest.fixture(scope="module")
def sessions():
    """Six hundred sessions with every kind of feedback, most of them rated."""
    made = world(5, n=600, n_days=10)
    return [one for one in made if one.environment == "production"]


@pytest.fixture(scope="module")
def history(tmp_path_factory, sessions):
    """Day files that hold them."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, sessions)
    made = History(directory, None)
    yield made
    made.close()


@pytest.mark.parametrize("by", [None, "release"])
def test_groups_are_what_counting_by_hand_gives(history, sessions, by):
    """Rating, verdict and, where asked for, every event; with the key of a dimension."""
    chosen = Filter(where=(("use_case", "billing"), ("use_case", "it's")))
    kept = [one for one in sessions if one.rating and one.use_case in ("billing", "it's")]
    by_hand = Counter(
        ("all" if by is None else one.release or "unknown", one.rating.rating.value, verdict(one))
        + ((events(one),) if by is None else ((),))
        for one in kept
    )

    found = responses(history, chosen, by, has_events=by is None)

    assert {group[:4]: group.n for group in found} == by_hand
    assert max(group.last for group in found) == max(day_at(one) for one in kept)
    assert {group.responses for group in found} == {"good", "mixed", "bad", None}


def test_the_newest_sessions_of_each_cell_are_named(history, sessions):
    """At most so many of each, newest first, and only where a response was judged."""
    cells = {}
    for one in sorted(sessions, key=lambda one: (-one.opened_us, one.id)):
        if one.rating and one.feedback:
            cells.setdefault((one.rating.rating.value, verdict(one)), []).append(one.id)

    found = response_sessions(history, Filter(), 3)

    assert len(found) == 9
    assert found == {cell: ids[:3] for cell, ids in cells.items()}
    assert response_sessions(history, Filter(), 3, max(map(day_at, sessions))) == found


def test_an_unknown_dimension_is_refused_by_name(history):
    """The error carries the field."""
    with pytest.raises(InvalidField) as caught:
        responses(history, Filter(), "shoe size")

    assert caught.value.field == "by"
