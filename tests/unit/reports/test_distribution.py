"""The distribution."""

from dataclasses import replace

import pytest

from afterword.history.filters import Filter
from afterword.reports import distribution
from afterword.reports.report import View
from afterword.statistics.lines import Lines
from afterword.statistics.shares import goodman
from unit.reports.figures import HEALTHY, REGULARS, asked, at_us
from unit.statistics.people import cell_of, strangers

BY_CASE = View(by="use_case")


def report(*cells, view=None, **window):
    """Report cells."""
    return distribution.report(list(cells), Filter(**window), view or View())


def test_a_row_shows_counts_shares_and_bounds_of_each_level():
    """People who rated once: Goodman's bounds, as published."""
    [row] = report(HEALTHY).rows

    for level, bounds in zip(
        (row.positive, row.neutral, row.negative), goodman((65, 25, 10)), strict=True
    ):
        assert (level.share, level.low, level.high) == (bounds.share, bounds.low, bounds.high)
    assert (row.positive.count, row.neutral.count, row.negative.count) == (65, 25, 10)
    assert row.n_rated == 100


def test_rates_divide_answers_by_shown_asks_and_rated_by_closed_sessions():
    """An open session that was rated is no coverage."""
    cell = asked(
        HEALTHY, n_sessions=260, n_closed=250, n_shown=160, n_answered=80, n_rated_closed=95
    )

    [row] = report(cell).rows

    assert (row.response_rate, row.coverage) == (80 / 160, 95 / 250)


def test_nothing_to_divide_by_is_no_rate():
    """No ask shown and no session closed: null, never 0."""
    [row] = report(asked(HEALTHY, n_closed=0, n_rated_closed=0)).rows

    assert row.response_rate is None
    assert row.coverage is None


def test_no_sessions_are_one_empty_row_without_shares():
    """No data is never 0 %."""
    found = report()

    [row] = found.rows
    assert (row.key, row.n_sessions, row.positive.share, row.positive.low) == (
        "all",
        0,
        None,
        None,
    )
    assert row.health == ("not_enough_ratings",)
    assert found.notes == ("No sessions in this window.",)


def test_no_ratings_are_said_in_words():
    """The note counts the sessions that nobody rated."""
    found = report(asked(strangers(0, 0, 0), n_sessions=1200, n_closed=1200))

    assert found.notes == ("Nobody has rated any of the 1,200 sessions yet.",)


def test_below_ten_ratings_there_are_counts_and_no_interval():
    """Nine ratings of nine people."""
    found = report(strangers(6, 2, 1))

    [row] = found.rows
    assert (row.positive.count, row.positive.share) == (6, 6 / 9)
    assert (row.positive.low, row.positive.high) == (None, None)
    assert "Below 10 ratings there is no interval." in found.notes


@pytest.mark.parametrize(
    ("cell", "health"),
    [
        (strangers(130, 50, 20), ()),
        (strangers(100, 40, 60), ("investigate",)),
        (strangers(110, 48, 42), ("watch_investigate",)),
        (strangers(80, 110, 10), ("not_clearly_valuable",)),
        (strangers(98, 82, 20), ("watch_not_clearly_valuable",)),
        (strangers(20, 110, 70), ("investigate", "not_clearly_valuable")),
        (strangers(0, 0, 29), ("not_enough_ratings",)),
        (cell_of([(0, 0, 10)] * 14), ("not_enough_ratings",)),
    ],
)
def test_health_says_which_lines_are_crossed_and_how_surely(cell, health):
    """Sure, to be watched, neither, or too few ratings or people to say."""
    [row] = report(cell).rows

    assert row.health == health


def test_lines_can_be_moved_and_the_report_says_so():
    """A stricter product marks 10 % negative; by default the report carries no lines."""
    strict = Lines(negative=0.02)

    found = report(HEALTHY, view=View(lines=strict))

    assert found.rows[0].health == ("investigate",)
    assert found.lines == strict
    assert not report(HEALTHY).lines


def test_a_crossed_line_is_told_with_its_probability():
    """32 % of 200 lie above 20 % almost surely."""
    notes = report(strangers(96, 40, 64)).notes

    assert '"not what I needed" lies above the line of 20 % with probability 0.999.' in notes


def test_people_who_rate_often_widen_the_intervals_and_are_named():
    """120 ratings of 20 people of one mind are not 120 voices."""
    found = report(REGULARS)

    [row] = found.rows
    low, high = row.negative.low, row.negative.high
    independent = goodman((60, 20, 40))[2]
    assert high - low > 2 * (independent.high - independent.low)
    assert any("120 ratings from 20 people, some more than once" in note for note in found.notes)


def test_ratings_without_an_ask_are_named():
    """They count in the shares, not in the response rate."""
    notes = report(asked(HEALTHY, n_unasked=40)).notes

    assert notes[0].startswith("40 ratings of 100 (40 %) came without an ask")


def test_what_unrated_sessions_could_change_is_told():
    """34 not of 200 rated of 1,000: between 3 and 83 %."""
    notes = report(asked(strangers(116, 50, 34), n_sessions=1000)).notes

    assert "between 3 % and 83 % of all sessions" in notes[-2]


def test_values_with_few_people_stand_together():
    """Keys under five raters become one row without interval; the rest keep theirs."""
    found = report(
        replace(HEALTHY, key="billing"),
        cell_of([(30, 0, 0), (0, 20, 0)], "a person's own case"),
        strangers(1, 1, 2, "refunds"),
        strangers(3, 1, 1, "shipping"),
        view=BY_CASE,
    )

    assert [row.key for row in found.rows] == ["billing", "shipping", "other"]
    other = found.rows[-1]
    assert (other.n_rated, other.positive.count, other.positive.low) == (54, 31, None)
    assert other.health == ("not_enough_ratings",)
    assert found.notes[0].startswith("2 values of use_case with fewer than 5 people who rated")


def test_small_cells_of_two_dimensions_are_merged_too():
    """Their row has both keys; periods alone point at nobody and stay."""
    cells = [
        replace(HEALTHY, keys=("v41", "web")),
        replace(strangers(2, 1, 0), keys=("v42", "web")),
    ]

    found = report(*cells, view=View(by="release,channel"))
    weeks = report(*cells, view=View(by="week,month"))

    assert [row.keys for row in found.rows] == [("v41", "web"), ("other", "other")]
    assert found.notes[0].startswith("1 value of release and channel with fewer than 5 people")
    assert [row.keys for row in weeks.rows] == [("v41", "web"), ("v42", "web")]


def test_a_value_called_other_joins_the_merged_row():
    """Two rows of one key would be read as one anyway."""
    found = report(replace(HEALTHY, key="other"), strangers(1, 0, 0, "refunds"), view=BY_CASE)

    assert [(row.key, row.n_rated) for row in found.rows] == [("other", 101)]


def test_merging_loses_no_session():
    """Every count adds up to what was counted."""
    cells = [strangers(n, 2, 1, f"case {n}") for n in range(12)]

    rows = report(*cells, view=BY_CASE).rows

    assert sum(row.n_sessions for row in rows) == sum(cell.n_sessions for cell in cells)
    assert sum(row.negative.count for row in rows) == 12


def test_periods_are_not_merged():
    """A day with few raters points at nobody."""
    days = [strangers(2, 0, 0, "2026-11-02"), strangers(1, 1, 0, "2026-11-03")]

    assert [row.key for row in report(*days, view=View(by="day")).rows] == [
        "2026-11-02",
        "2026-11-03",
    ]


def test_many_rows_say_how_many_cannot_be_judged():
    """Short rows, rows without ratings, and rows below what health needs."""
    found = report(
        replace(HEALTHY, key="billing"),
        strangers(6, 2, 1, "refunds"),
        strangers(12, 4, 4, "shipping"),
        view=BY_CASE,
    )

    assert found.notes == (
        "1 row with fewer than 10 ratings: counts, but no interval.",
        "2 rows with too few ratings to call healthy or not: 30 from 15 people are needed.",
    )


def test_rows_of_people_who_rate_often_are_named():
    """The note says by how much intervals are wider."""
    found = report(replace(REGULARS, key="billing"), replace(HEALTHY, key="refunds"), view=BY_CASE)

    assert found.notes[-1].startswith("Some people rated more than once: intervals are up to")


def test_one_person_has_no_interval():
    """However many ratings: there is nobody to compare with."""
    found = report(cell_of([(20, 5, 15)]))

    assert found.rows[0].positive.low is None
    assert found.rows[0].health == ("not_enough_ratings",)
    assert "Ratings of one person have no interval." in found.notes


def test_the_window_is_told_in_rfc_3339():
    """Open ends are null; fractions are kept only where there are any."""
    found = report(HEALTHY, from_us=at_us("2026-11-01"), to_us=at_us("2026-11-02") + 500_000)

    assert (found.window.from_, found.window.to) == (
        "2026-11-01T00:00:00Z",
        "2026-11-02T00:00:00.500000Z",
    )
    assert report(HEALTHY).window.from_ is None


def test_a_higher_confidence_level_widens_every_interval():
    """The level is the reader's."""
    usual, sure = report(HEALTHY), report(HEALTHY, view=View(confidence_level=0.99))

    assert sure.confidence_level == 0.99
    assert sure.rows[0].negative.high > usual.rows[0].negative.high
    assert sure.rows[0].negative.low < usual.rows[0].negative.low
