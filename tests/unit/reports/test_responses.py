"""The report that puts ratings beside votes on single responses."""

from datetime import date

import pytest

from afterword.errors import InvalidField
from afterword.history.filters import Filter
from afterword.history.questions.responses import EVENTS, ResponseGroup
from afterword.reports.estimates import estimates
from afterword.reports.render import render
from afterword.reports.report import View
from afterword.reports.responses import KIND, report
from afterword.reports.responses.drivers import drivers_of
from afterword.reports.responses.rows import row_of
from unit.statistics.people import cell_of, strangers

DAY = date(2026, 11, 23)
NONE = (False,) * len(EVENTS)
# Helpful, okay, not; each by good, mixed and bad responses.
TABLE = {
    "positive": (520, 110, 20),
    "neutral": (130, 90, 30),
    "negative": (30, 40, 30),
}


def groups_of(table, events=NONE, key="all"):
    """Make the groups of a table."""
    return [
        ResponseGroup(key, rating, verdict, events, n, DAY)
        for rating, counts in table.items()
        for verdict, n in zip(("good", "mixed", "bad"), counts, strict=True)
    ]


def whole_of(cell, view=None):
    """Estimate one cell."""
    [found] = estimates([cell], view or View())
    return found


@pytest.fixture
def asked(monkeypatch):
    """Let a report be made of groups and cells, so that no engine is needed."""

    def made(groups, cells, view=None):
        monkeypatch.setattr(report, "responses", lambda *_, **__: groups)
        monkeypatch.setattr(report, "ratings", lambda *_, **__: cells)
        monkeypatch.setattr(report, "response_sessions", lambda *_: {("positive", "bad"): ["c~1"]})
        return KIND.run(None, Filter(), view or View())

    return made


def test_a_published_table_gives_its_figures():
    """Forgiven, hollow, tau-b, kappa and the share off the diagonal."""
    row = row_of(whole_of(strangers(650, 250, 100)), groups_of(TABLE), View())

    assert (row.n_judged, row.table.positive.bad) == (1_000, 20)
    assert (row.forgiven.share, row.hollow.share) == pytest.approx((0.25, 0.044118), abs=5e-7)
    assert (row.forgiven.low, row.forgiven.high) == pytest.approx((0.168062, 0.354847), abs=5e-7)
    assert (row.tau_b.value, row.kappa) == pytest.approx((0.363972, 0.327869), abs=5e-7)
    assert row.differing.count == 1_000 - 520 - 90 - 30


def test_people_who_rate_often_widen_every_interval():
    """The same table, rated by a tenth of the people, each of one mind."""
    often = cell_of([(10, 0, 0)] * 65 + [(0, 10, 0)] * 25 + [(0, 0, 10)] * 10)
    one, ten = (
        row_of(whole_of(cell), groups_of(TABLE), View())
        for cell in (strangers(650, 250, 100), often)
    )

    assert ten.hollow.share == one.hollow.share
    assert ten.hollow.high - ten.hollow.low > 2.5 * (one.hollow.high - one.hollow.low)
    assert ten.tau_b.high - ten.tau_b.low > 2.5 * (one.tau_b.high - one.tau_b.low)


def test_an_event_that_goes_with_bad_ratings_comes_first():
    """Its odds lie below 1, and an event that means nothing is not called telling."""
    bad = {"positive": (20, 0, 0), "neutral": (20, 0, 0), "negative": (60, 0, 0)}
    same = {"positive": (65, 0, 0), "neutral": (25, 0, 0), "negative": (10, 0, 0)}
    error, long = (tuple(name == wanted for name in EVENTS) for wanted in ("error", "long"))
    groups = groups_of(same) + groups_of(bad, error) + groups_of(same, long)

    found = drivers_of(groups, whole_of(strangers(150, 70, 80)), View())

    assert [one.event for one in found][:2] == ["error", "long"]
    assert found[0].high < 0.3
    assert found[0].q < 1e-6
    assert (found[0].with_.share, found[0].without.share) == (0.6, 0.1)
    assert found[1].low < 1 < found[1].high
    assert found[1].q > 0.5
    assert all(one.q is None and one.with_.n == 0 for one in found[2:])


def test_ten_thousand_votes_of_one_level_have_no_order(asked):
    """A scale that does not vary goes with nothing."""
    made = asked(
        groups_of({"positive": (10_000, 0, 0), "neutral": (0, 0, 0), "negative": (0, 0, 0)}),
        [strangers(10_000, 0, 0)],
    )

    [row] = made.rows
    assert (row.tau_b.value, row.kappa, row.margins_p) == (None, None, None)
    assert (row.forgiven.n, row.forgiven.share) == (0, None)
    assert row.hollow.share == 0


def test_below_ten_sessions_there_are_counts_and_no_interval(asked):
    """And the reader is told so."""
    few = {"positive": (3, 0, 1), "neutral": (1, 0, 0), "negative": (1, 0, 1)}
    made = asked(groups_of(few), [strangers(4, 1, 2)])

    [row] = made.rows
    assert (row.hollow.count, row.hollow.n, row.hollow.low) == (1, 5, None)
    assert (row.tau_b.value, row.differing.low) == (None, None)
    assert "fewer than 10 sessions" in " ".join(made.notes)
    assert "1 of 5" in render(made, "text").decode()


@pytest.mark.parametrize(
    ("groups", "cells", "told"),
    [
        ([], [], "No sessions in this window."),
        (
            [ResponseGroup("all", "positive", None, NONE, 20, DAY)],
            [strangers(20, 0, 0)],
            "No response was judged in any of the 20 rated sessions",
        ),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "csv", "svg", "html"])
def test_nothing_to_compare_is_said_in_every_form(asked, groups, cells, told, form):
    """Not an error, and no figure."""
    made = asked(groups, cells)

    assert told in made.notes[0]
    assert render(made, form)
    assert made.rows[0].differing.share is None


def test_keys_with_few_people_stand_together(asked):
    """Their sessions are counted in "other"."""
    small = {"positive": (1, 0, 0), "neutral": (0, 0, 0), "negative": (1, 0, 1)}
    made = asked(
        groups_of(TABLE, (), "v42") + groups_of(small, (), "v1") + groups_of(small, (), "v2"),
        [strangers(650, 250, 100, "v42"), strangers(1, 0, 2, "v1"), strangers(1, 0, 2, "v2")],
        View(by="release"),
    )

    assert [(row.key, row.n_judged) for row in made.rows] == [("v42", 1_000), ("other", 6)]
    assert (made.rows[1].hollow.count, made.rows[1].hollow.n) == (2, 4)
    for form in ("text", "csv", "svg", "html"):
        assert b"v42" in render(made, form)


def test_it_is_not_split_by_time(asked):
    """The error names the field."""
    with pytest.raises(InvalidField) as caught:
        asked([], [], View(by="week"))

    assert caught.value.field == "by"
