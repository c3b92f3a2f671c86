"""Which release is compared with which, and what is said of it."""

import pytest
from msgspec import structs

from afterword.domain.counts import SharedPersons
from afterword.errors import InvalidField
from afterword.reports.estimates import estimates
from afterword.reports.gaps import Gap
from afterword.reports.releases.against import Field, Verdict, against, verdict_of
from afterword.reports.releases.notes import notes_of
from afterword.reports.releases.pairs import Pair, pairs_of, pairs_with
from afterword.reports.releases.report import ReleaseRow
from afterword.reports.report import View
from afterword.statistics.levels import agreement
from afterword.statistics.lines import DEFAULT_LINES
from afterword.statistics.strata import Stratum
from unit.statistics.people import cell_of, strangers

V1, V2, V3 = ORDER = (("v1",), ("v2",), ("v3",))
DAYS = {V1: {"2026-11-01": 30, "2026-11-02": 10}, V2: {"2026-11-02": 20}, V3: {"2026-11-03": 10}}


def compared(first, second, strata=(), n_pairs=1, both=None):
    """Compare two cells."""
    cells = {V1: first, V2: second}
    field = Field(cells, agreement([first, second]), View(), n_pairs)
    return against(field, Pair(V1, V2, 1.0), both, list(strata))


def test_each_release_stands_against_the_one_before_it():
    """By the day it was first seen; the last with enough ratings, if there is one."""
    enough, few = strangers(50, 20, 10), strangers(3, 1, 1)

    for cells, pairs in (
        ({V1: enough, V2: enough, V3: enough}, [(V1, V2), (V2, V3)]),
        ({V1: enough, V2: few, V3: enough}, [(V1, V2), (V1, V3)]),
        ({V1: few, V2: few, V3: enough}, [(V1, V2), (V2, V3)]),
    ):
        found = pairs_of(ORDER, cells, DAYS, DEFAULT_LINES)
        assert [(one.first, one.second) for one in found] == pairs


def test_how_much_of_the_smaller_one_ran_beside_the_other_is_told():
    """All of v2 on a day of v1, none of v3."""
    cells = dict.fromkeys(DAYS, strangers(50, 20, 10))

    found = pairs_of(ORDER, cells, DAYS, DEFAULT_LINES)

    assert [one.concurrent for one in found] == [1.0, 0.0]


def test_a_named_release_stands_against_every_other():
    """With or without the dimension's name in front; an unknown one names those there are."""
    for told in ("v2", "release:v2"):
        found = pairs_with(told, "release", ORDER, DAYS)
        assert [(one.first, one.second) for one in found] == [(V2, V1), (V2, V3)]
    # One that is too old for a row of its own.
    assert [one.first for one in pairs_with("v1", "release", ORDER[1:], DAYS)] == [V1, V1]
    with pytest.raises(InvalidField, match="v1, v2, v3"):
        pairs_with("v9", "release", ORDER, DAYS)


@pytest.mark.parametrize(
    ("positive", "negative", "verdict"),
    [
        ((-0.04, 0.02), (0.01, 0.09), Verdict.WORSE),
        ((-0.09, -0.01), (-0.02, 0.04), Verdict.WORSE),
        ((-0.04, 0.02), (-0.09, -0.01), Verdict.BETTER),
        ((0.01, 0.09), (-0.02, 0.04), Verdict.BETTER),
        ((-0.04, 0.02), (-0.02, 0.04), Verdict.NOT_WORSE),
        ((-0.06, 0.02), (-0.02, 0.04), Verdict.CANNOT_TELL_YET),
        ((-0.04, 0.02), (-0.02, 0.06), Verdict.CANNOT_TELL_YET),
        ((None, None), (-0.02, 0.04), Verdict.NOT_ENOUGH_RATINGS),
    ],
)
def test_a_verdict_follows_from_the_bounds_that_hold_always(positive, negative, verdict):
    """Either end may make it worse; not worse means at both ends."""
    ends = [Gap(0.0, 0.0, 0.0, *bounds) for bounds in (positive, negative)]

    assert verdict_of(ends[0], Gap(), ends[1]) is verdict


def test_the_published_example_gives_its_figures():
    """Negatives 100 of 1,000 against 170: win probability and anytime bounds."""
    found = compared(strangers(650, 250, 100), strangers(580, 250, 170))

    assert found.negative.difference == pytest.approx(0.07)
    assert (found.win.value, found.win.low, found.win.high) == pytest.approx(
        (0.45625, 0.43443, 0.47807), abs=1e-4
    )  # published bounds are symmetric, these lie on the logit scale
    # One pair and two ends: wider than the .0238 and .1162 of a single comparison.
    assert 0.015 < found.negative.always_low < 0.0238
    assert 0.1162 < found.negative.always_high < 0.125
    assert found.verdict is Verdict.WORSE


def test_what_holds_always_holds_over_all_comparisons():
    """More comparisons, wider bounds; the bounds of one look stay."""
    one, ten = (
        compared(strangers(650, 250, 100), strangers(640, 250, 110), n_pairs=n) for n in (1, 10)
    )

    assert (one.negative.low, one.negative.high) == (ten.negative.low, ten.negative.high)
    assert ten.negative.always_low < one.negative.always_low < one.negative.low


def test_a_change_of_the_mix_is_not_laid_on_the_release():
    """Nothing is rated otherwise in any kind of session; more of the hard kind came."""
    strata = [Stratum(40, 800, 10, 200), Stratum(60, 200, 240, 800)]

    found = compared(strangers(650, 250, 100), strangers(500, 250, 250), strata)

    assert found.mix.crude == pytest.approx(0.15)
    assert found.mix.within == pytest.approx(0, abs=1e-12)
    assert found.mix.mix == pytest.approx(0.15)
    assert found.mix.stratified.value == pytest.approx(0, abs=1e-12)
    assert found.mix.standardised.value == pytest.approx(0, abs=1e-12)


def test_people_who_rated_both_make_the_difference_surer():
    """The same hundred people of one mind, once before and once after."""
    first = cell_of([(2, 0, 0)] * 60 + [(0, 0, 2)] * 40)
    both = SharedPersons(100, 400, (240, 0, 160), (240, 0, 160), (240, 0, 160))

    alone, together = (compared(first, first, both=one) for one in (None, both))

    assert together.negative.high < alone.negative.high / 3


def test_a_verdict_is_told_by_the_end_it_follows_from():
    """As many negatives as before, and fewer positives."""
    second = strangers(500, 300, 200)
    [found] = estimates([second], View())
    row = ReleaseRow(
        **structs.asdict(found.row),
        first_seen="2026-11-01",
        last_seen="2026-11-02",
        against=compared(strangers(700, 100, 200), second),
    )

    told = notes_of([found], (row,), View(), "release", n_older=0, n_merged=0)

    assert told[0] == 'all is rated worse than all: \N{MINUS SIGN}20.0 points "helpful".'


def test_too_few_ratings_make_no_verdict():
    """Below the least of a verdict there is no word and no winner."""
    found = compared(strangers(650, 250, 100), strangers(10, 5, 5))

    assert found.verdict is Verdict.NOT_ENOUGH_RATINGS
    assert found.win.value is None
    assert found.still_needed > 100
    none = compared(strangers(650, 250, 100), strangers(3, 1, 1))
    assert (none.negative.difference, none.mix, none.still_needed) == (None, None, None)
