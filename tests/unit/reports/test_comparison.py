"""What a report is compared with, and how the rows of both sides meet."""

from dataclasses import replace

import pytest

from afterword.domain.counts import SharedPersons
from afterword.errors import InvalidField
from afterword.history.filters import Filter
from afterword.reports import distribution
from afterword.reports.beside import Beside, beside
from afterword.reports.comparison import read_comparison
from afterword.reports.report import View
from afterword.statistics.differences import SharedSums, difference
from afterword.statistics.levels import agreement, people_sums
from afterword.statistics.shares import each_of
from unit.reports.figures import HEALTHY, REGULARS, asked, at_us
from unit.statistics.people import strangers

OCTOBER, NOVEMBER, DECEMBER = (at_us(f"2026-{month}-01") for month in (10, 11, 12))
CHOSEN = Filter(
    project="shop",
    from_us=NOVEMBER,
    to_us=DECEMBER,
    where=(("release", "v42"), ("channel", "web")),
)
NAMED = {"paying": (("trait.plan", "pro"), ("channel", "web"))}


def test_previous_is_the_window_just_before():
    """Of the same length, with the same filters."""
    found, words = read_comparison("previous", CHOSEN)

    assert (found.from_us, found.to_us) == (2 * NOVEMBER - DECEMBER, NOVEMBER)
    assert (found.project, found.where) == ("shop", CHOSEN.where)
    assert words == "2026-10-02 to 2026-11-01 (UTC, end not included) · release v42 · channel web"


def test_another_window_is_named_by_its_ends():
    """Days or times, as everywhere."""
    found, _ = read_comparison("2026-10-01..2026-11-01T00:00:00Z", CHOSEN)

    assert (found.from_us, found.to_us, found.where) == (OCTOBER, NOVEMBER, CHOSEN.where)


def test_other_sessions_take_the_place_of_those_by_the_same_key():
    """Filters by other keys stay; a value may hold dots, and a filter its name."""
    other = read_comparison("release:1..2", CHOSEN).chosen
    paying = read_comparison("filter:paying", CHOSEN, NAMED).chosen

    assert other.where == (("channel", "web"), ("release", "1..2"))
    assert paying.where == (("release", "v42"), ("trait.plan", "pro"), ("channel", "web"))
    assert (other.from_us, other.to_us) == (NOVEMBER, DECEMBER)


@pytest.mark.parametrize(
    ("told", "chosen", "words"),
    [
        ("previous", Filter(from_us=NOVEMBER), "give from and to"),
        ("v41", CHOSEN, "previous, FROM..TO, key:value"),
        ("colour:red", CHOSEN, "none of release"),
        ("filter:rich", CHOSEN, "there are paying"),
        ("2026-11-01..2026-10-01", CHOSEN, "does not lie before"),
        ("2026-13-01..2026-10-01", CHOSEN, "neither a day"),
        ("..", CHOSEN, "neither a day"),
        ("2026-11-01..2026-12-01", CHOSEN, "what the report counts itself"),
    ],
)
def test_what_cannot_be_compared_with_is_refused(told, chosen, words):
    """The error names the field and what would be possible."""
    with pytest.raises(InvalidField, match=words) as caught:
        read_comparison(told, chosen, NAMED)

    assert caught.value.field == "compare"


@pytest.mark.parametrize(
    ("by", "told", "words"),
    [
        ("release,week", "previous", "none of the same periods"),
        ("release", "release:v41", "already"),
    ],
)
def test_a_comparison_that_leaves_every_row_alone_is_refused(by, told, words):
    """Before the history is asked."""
    with pytest.raises(InvalidField, match=words):
        beside(None, CHOSEN, View(by=by, compare=told))


def against(cell, other, both=None, by=None):
    """Report a cell compared with another, as one row or one key."""
    key = (cell.key,)
    side = Beside({key: other} if other else {}, {} if both is None else {key: both}, "October")
    return distribution.report([cell], Filter(), View(by=by), side)


def test_a_row_has_the_difference_of_each_share():
    """As the statistic gives it, the three intervals together; people on both sides count."""
    both = SharedPersons(20, 600, (360, 80, 160), (360, 80, 160), (360, 80, 160))

    found = against(REGULARS, REGULARS, both)

    pool = agreement([REGULARS, REGULARS])
    for place, name in enumerate(("positive", "neutral", "negative")):
        sums = people_sums(REGULARS)[place]
        shared = SharedSums(20, 600, both.ym[place], both.my[place], both.yy[place])
        expected = difference(sums, sums, pool, shared=shared, confidence_level=each_of(3, 0.95))
        change = getattr(found.rows[0].compared, name)
        assert (change.share, change.difference) == (sums.share, 0)
        assert (change.low, change.high) == (expected.low, expected.high)
    alone = against(REGULARS, REGULARS).rows[0].compared
    assert alone.negative.low < found.rows[0].compared.negative.low
    assert found.compared_with == "October"
    assert found.method.endswith("Zou & Donner 2008.")


def test_a_difference_is_this_row_minus_the_other():
    """More helpful here is a positive difference."""
    change = against(strangers(85, 10, 5), HEALTHY).rows[0].compared.positive

    assert change.share == 0.65
    assert change.difference == pytest.approx(0.2)
    assert 0 < change.low < change.difference < change.high


def test_too_few_ratings_on_a_side_have_no_difference():
    """Null, with a note: no data is no 0."""
    found = against(HEALTHY, strangers(5, 2, 1))

    assert found.rows[0].compared.negative.share == 1 / 8
    assert found.rows[0].compared.negative.difference is None
    assert any("too few ratings on a side" in note for note in found.notes)


@pytest.mark.parametrize("other", [None, strangers(3, 1, 0, "billing")])
def test_a_key_with_few_people_on_the_other_side_is_not_compared(other):
    """Otherwise a difference would tell what they said."""
    found = against(replace(HEALTHY, key="billing"), other, by="use_case")

    assert found.rows[0].compared is None
    assert any("fewer than 5 people who rated there" in note for note in found.notes)


def test_response_rates_that_differ_are_told():
    """Who answered is a difference too."""
    told = [asked(HEALTHY, n_shown=200, n_answered=n_answered) for n_answered in (100, 80)]

    notes = against(*told).notes

    assert any("40 % of shown asks were answered there, 50 % here" in note for note in notes)
    assert not any("shown asks" in note for note in against(told[0], told[0]).notes)
