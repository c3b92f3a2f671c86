"""The trend."""

from datetime import date

import pytest

from afterword.errors import InvalidField
from afterword.history.filters import Filter
from afterword.reports import trend
from afterword.reports.beside import Beside
from afterword.reports.render import render
from afterword.reports.report import View
from afterword.reports.trend import period_end
from unit.reports.figures import at_us, marker, week
from unit.statistics.people import cell_of


def report(*cells, by=None, markers=(), **window):
    """Report cells."""
    return trend.report(list(cells), Filter(**window), View(by=by, markers=tuple(markers)))


def test_weeks_without_sessions_are_rows_without_shares():
    """Between the first and the last week none is left out, and none is 0 %."""
    found = report(week("2026-10-05"), week("2026-10-26"))

    assert [(row.key, row.n_sessions) for row in found.rows] == [
        ("2026-10-05", 100),
        ("2026-10-12", 0),
        ("2026-10-19", 0),
        ("2026-10-26", 100),
    ]
    empty = found.rows[1]
    assert (empty.positive.share, empty.response_rate, empty.coverage) == (None, None, None)
    assert "2 weeks without ratings: no data, which is not 0 %." in found.notes


@pytest.mark.parametrize(
    ("by", "first", "last", "keys"),
    [
        ("day", "2026-02-27", "2026-03-01", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("week", "2026-12-28", "2027-01-04", ["2026-12-28", "2027-01-04"]),
        ("month", "2026-11-01", "2027-01-01", ["2026-11-01", "2026-12-01", "2027-01-01"]),
        (None, "2026-11-09", "2026-11-16", ["2026-11-09", "2026-11-16"]),
    ],
)
def test_periods_follow_the_calendar(by, first, last, keys):
    """Days, weeks and months, over the ends of months and years; a week by default."""
    found = report(week(first), week(last), by=by)

    assert [row.key for row in found.rows] == keys
    assert found.by == (by or "week")


def test_a_trend_runs_over_time_only():
    """Another dimension is refused by name."""
    with pytest.raises(InvalidField, match="day, week, month, not 'release'") as caught:
        report(week("2026-10-05"), by="release")

    assert caught.value.field == "by"


def test_a_week_with_few_ratings_shows_counts_but_no_interval():
    """Seven ratings are counted, not estimated."""
    found = report(week("2026-10-05"), week("2026-10-12", 4, 2, 1))

    few = found.rows[1].positive
    assert (few.count, few.low, few.high) == (4, None, None)
    assert "1 week with fewer than 10 ratings: counts, but no interval." in found.notes


def test_markers_of_the_window_stand_in_the_report():
    """Those before it and at its end are left out; times are RFC 3339."""
    marks = [
        marker("2026-10-01"),
        marker("2026-10-05"),
        marker("2026-10-20", "note", "holidays"),
        marker("2026-11-02"),
    ]

    found = report(
        week("2026-10-05"), markers=marks, from_us=at_us("2026-10-05"), to_us=at_us("2026-11-02")
    )

    assert [(one.at, one.kind, one.text) for one in found.markers] == [
        ("2026-10-05T00:00:00Z", "release", "v42"),
        ("2026-10-20T00:00:00Z", "note", "holidays"),
    ]


def test_a_period_that_the_window_cuts_is_named():
    """A Wednesday begins and ends weeks that are not whole."""
    found = report(
        week("2026-10-05"),
        week("2026-10-12"),
        from_us=at_us("2026-10-07"),
        to_us=at_us("2026-10-14"),
    )

    assert found.notes[-2:] == (
        "The first week is not whole: the window begins inside it.",
        "The last week is not whole: the window ends inside it.",
    )
    assert report(week("2026-10-05"), from_us=at_us("2026-10-05")).notes == ()


def test_a_stray_year_does_not_make_a_million_rows():
    """Gaps are left open, and the report says so."""
    found = report(week("1971-01-01"), week("2026-10-05"), by="day")

    assert [row.key for row in found.rows] == ["1971-01-01", "2026-10-05"]
    assert "Days without sessions are left out: too many." in found.notes


def test_the_last_week_of_the_calendar_has_a_row():
    """Nothing lies after it."""
    assert [row.key for row in report(week("9999-12-27")).rows] == ["9999-12-27"]
    assert report(week("9999-12-31"), by="day").rows[0].n_rated == 100


def test_no_sessions_are_no_rows_and_a_note():
    """There is no first week."""
    found = report()

    assert (found.rows, found.notes) == ((), ("No sessions in this window.",))


def test_few_raters_of_a_week_borrow_from_the_others():
    """A week is bounded by how much people agree over all weeks, not by its own few."""
    alone = report(_regulars("2026-10-05", 5)).rows[0].negative
    among = (
        report(_regulars("2026-10-05", 5), _regulars("2026-10-12", 40, of_one_mind=False))
        .rows[0]
        .negative
    )

    assert among.high - among.low < alone.high - alone.low


def test_period_end_is_the_next_start():
    """A month's end is the next month's first, from any day."""
    assert period_end(date(2026, 12, 1), "month") == date(2027, 1, 1)
    assert period_end(date(2024, 2, 28), "day") == date(2024, 2, 29)


def _regulars(key, n, *, of_one_mind=True):
    person = [(4, 0, 0), (0, 0, 4)] if of_one_mind else [(2, 1, 1), (3, 0, 1)]
    return cell_of([person[i % 2] for i in range(n)], key)


def test_each_period_stands_beside_the_same_one_of_other_sessions():
    """With the difference of its shares; a period that they have not is not compared."""
    other = Beside({("2026-11-02",): week("2026-11-02", 80, 15, 5)}, {}, "October")

    found = trend.report(
        [week("2026-11-02"), week("2026-11-09")], Filter(), View(by="week"), None, other
    )

    first, second = found.rows
    assert first.compared.negative.share == 0.05
    assert first.compared.negative.difference == pytest.approx(0.05)
    assert second.compared is None
    assert found.compared_with == "October"
    assert "1 row with fewer than 5 people who rated there: not compared." in found.notes
    text = render(found, "text").decode()
    assert "In points above or below October" in text
    assert "rings: October" in render(found, "svg").decode()
    for form in ("json", "csv", "html", "png"):
        assert render(found, form)
