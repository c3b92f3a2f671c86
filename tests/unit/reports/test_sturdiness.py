"""How far shares can be trusted."""

import pytest

from afterword.history.filters import Filter
from afterword.reports import distribution
from afterword.reports.plain import plain
from afterword.reports.report import View
from afterword.reports.sturdiness import Bounds
from afterword.statistics.persons import PersonShares, person_share
from afterword.statistics.shares import Interval, each_of
from afterword.statistics.tilts import flip_at_line
from unit.reports.figures import HEALTHY, REGULARS, asked
from unit.statistics.people import cell_of, strangers

# Who rates often is unhappy: 40 people once and helpful, 5 people twelve times and not.
LOUD = cell_of([(1, 0, 0)] * 40 + [(0, 0, 12)] * 5)


def row(cell, view=None):
    """Report one row."""
    return distribution.report([cell], Filter(), view or View()).rows[0]


def test_each_person_counts_once():
    """As the statistic says of their own shares, the three intervals together."""
    people = [(1, 0)] * 40 + [(12, 12)] * 5
    expected = person_share(PersonShares.of(people), confidence_level=each_of(3, 0.95))

    found = row(LOUD)

    assert found.negative.share == 0.6
    assert found.per_person.n_people == 45
    assert found.per_person.negative == Bounds(
        pytest.approx(5 / 45), pytest.approx(expected.low), pytest.approx(expected.high)
    )
    assert "each person once" in plain(distribution.report([LOUD], Filter(), View()))


def test_strangers_are_people_already():
    """Nobody rated twice: no line of its own, the same shares."""
    found = distribution.report([HEALTHY], Filter(), View())

    assert found.rows[0].per_person.negative.share == pytest.approx(0.1)
    assert "each person once" not in plain(found)


def test_rows_merged_of_several_have_no_people():
    """One person may be in several of them."""
    cells = [HEALTHY, strangers(2, 0, 0, "a"), strangers(1, 1, 0, "b")]

    other = distribution.report(cells, Filter(), View(by="use_case")).rows[-1]

    assert (other.key, other.per_person.n_people) == ("other", None)
    assert other.per_person.negative == Bounds()
    assert other.tilts.negative is None


def test_the_worst_case_takes_all_unrated_sessions_for_a_level_or_none():
    """100 rated of 400: the other 300 may have been anything."""
    found = row(asked(HEALTHY, n_sessions=400)).worst_case

    assert found.negative == Bounds(0.1, 10 / 400, 310 / 400)
    assert row(asked(strangers(0, 0, 0), n_sessions=9)).worst_case.negative == Bounds()


def test_a_tilt_moves_a_share_to_its_line():
    """Odds of the share over odds of the line, as the statistic says."""
    found = row(asked(HEALTHY, n_sessions=400))
    bounds = Interval(found.negative.share, found.negative.low, found.negative.high)

    tilt = found.tilts.negative

    expected = flip_at_line(bounds, 0.2, Interval(0.1, 10 / 400, 310 / 400))
    assert (tilt.estimate, tilt.bound) == (expected.estimate, expected.bound)
    assert tilt.estimate == pytest.approx((0.1 / 0.9) / (0.2 / 0.8))
    assert tilt.is_possible


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (
            asked(HEALTHY, n_sessions=400),
            "below its line of 20 %, unless people who say so answer",
        ),
        (asked(HEALTHY, n_sessions=400), "only 0.44 times as readily as others"),
        (asked(strangers(40, 20, 40), n_sessions=400), "2.7 times as readily as others (at"),
        (asked(strangers(58, 20, 22), n_sessions=400), "its interval holds the line already"),
        (HEALTHY, "Whatever the unrated sessions were like"),
    ],
)
def test_the_tilt_is_told_in_words(cell, words):
    """How sturdy the verdict is."""
    notes = distribution.report([cell], Filter(), View()).notes

    assert any(words in note for note in notes)


def test_without_an_interval_there_is_no_tilt():
    """Nine ratings move nothing."""
    found = distribution.report([strangers(6, 2, 1)], Filter(), View())

    assert found.rows[0].tilts.negative is None
    assert not any("readily" in note for note in found.notes)
    assert row(REGULARS).tilts.negative is not None
