"""New models and prompts open themselves."""

from __future__ import annotations

import pytest

from afterword.history import History
from afterword.intake.clock import Clock
from afterword.journal import Journal
from afterword.journal.markers import markers
from afterword.journal.releases import OpenedBy, State, releases
from afterword.monitoring.releases.opening import Opener
from history_cast import DAY_US, FIRST_US, plain, tell

NOW_US = FIRST_US + 30 * DAY_US


class Still(Clock):
    """Server time that stands."""

    def now_us(self):
        """Give it."""
        return NOW_US


@pytest.fixture
def looked(tmp_path):
    """Tell sessions to a journal; give what opens itself."""
    journal = Journal.open(tmp_path)
    history = History(tmp_path / "history", journal)

    def look(*sessions):
        tell(journal, sessions)
        return [(one.kind, one.name) for one in Opener(journal, history, Still()).run_once()]

    look.journal = journal
    yield look
    history.close()
    journal.close()


def ran(model, first_day, n, *, days=1, **more):
    """Make sessions of a model, some a day."""
    return [
        plain(
            f"{model}-{first_day + day}-{place}",
            at_us=FIRST_US + (first_day + day) * DAY_US + place * 1_000_000,
            model=model,
            **more,
        )
        for day in range(days)
        for place in range(n)
    ]


def test_a_new_model_opens_itself_once_with_a_marker(looked):
    """And is superseded by the next one; both share one budget."""
    assert looked(*ran("m-1", 10, 40, days=19), *ran("m-1", 29, 60), *ran("m-2", 29, 30)) == [
        ("model", "m-2")
    ]
    assert looked() == []
    assert looked(*ran("m-3", 29, 40)) == [("model", "m-3")]

    with looked.journal.read() as connection:
        third, second = releases(connection, "default")
        told = {one.text for one in markers(connection, "default")}
    assert (second.opened_by, second.state, second.place) == (
        OpenedBy.TRAFFIC,
        State.SUPERSEDED,
        1,
    )
    assert (third.state, third.place) == (State.OPEN, 2)
    assert told == {"model m-2", "model m-3"}


def test_prompts_are_watched_as_models_are(looked):
    """Each by itself."""
    old = ran("m-1", 20, 40, days=9, prompt_version="p-1")

    found = looked(*old, *ran("m-1", 29, 40, prompt_version="p-2"))

    assert found == [("prompt_version", "p-2")]


@pytest.mark.parametrize(
    "more",
    [
        ran("m-2", 29, 19),  # too few
        ran("m-2", 29, 30, environment="staging"),
        ran("m-2", -300, 90),  # last year's, read in now
        ran("m-1", 29, 30),
        ran(None, 29, 30),
    ],
    ids=["few", "staging", "old", "known", "unknown"],
)
def test_what_is_small_old_or_known_opens_nothing(looked, more):
    """Nor does what has no name."""
    assert looked(*ran("m-1", 10, 40, days=19), *ran("m-1", 29, 40), *more) == []


def test_a_small_share_opens_nothing(looked):
    """Thirty of four hundred."""
    assert looked(*ran("m-1", 20, 40, days=9), *ran("m-1", 29, 370), *ran("m-2", 29, 30)) == []


def test_the_first_day_of_a_project_opens_nothing(looked):
    """There is nothing to hold it against; nor where nobody named a model before."""
    assert looked(*ran("m-1", 29, 40)) == []
    assert looked(*ran(None, 20, 40, days=9), *ran("m-2", 29, 40)) == []


def test_what_comes_back_after_weeks_opens_once(looked):
    """A stray session of it before is not traffic."""
    old = ran("m-1", 2, 40, days=27)

    assert looked(*old, *ran("m-2", 15, 1), *ran("m-2", 29, 40)) == [("model", "m-2")]
