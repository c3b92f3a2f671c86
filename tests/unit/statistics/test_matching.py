"""Differences within strata, with an error that is never 0."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.clusters import Agreement, PeopleSums
from afterword.statistics.differences import difference
from afterword.statistics.matching import like_with_like
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.strata import Stratum, mantel_haenszel
from unit.statistics.test_strata import THREE, strata


def crude(cells):
    """Compare everything at once; nobody rated twice."""
    one = PeopleSums.of(
        [(1, 1)] * sum(each.first for each in cells)
        + [(1, 0)] * sum(each.n_first - each.first for each in cells)
    )
    other = PeopleSums.of(
        [(1, 1)] * sum(each.second for each in cells)
        + [(1, 0)] * sum(each.n_second - each.second for each in cells)
    )
    return difference(one, other, Agreement())


def test_the_difference_is_mantels_and_haenszels():
    """The worked example, with an error as large as Sato's, or a little larger."""
    found = like_with_like(crude(THREE), THREE)

    assert found.value == pytest.approx(0.058932, abs=5e-7)
    assert 0.0218780 < found.standard_error < 1.1 * 0.0218780


@given(strata)
def test_the_difference_agrees_in_any_strata(cells):
    """With what the report of releases gives; its error is above 0 everywhere."""
    whole = crude(cells)
    if isinstance(whole, NotEstimable):
        return
    found = like_with_like(whole, cells)

    assert found.value == pytest.approx(mantel_haenszel(cells).value, abs=1e-12)
    assert found.standard_error > 0
    assert -1 <= found.low <= found.value <= found.high <= 1


@given(st.integers(10, 300), st.integers(10, 300), st.data())
def test_one_stratum_is_no_stratum(n_first, n_second, data):
    """Difference and error are those of everything."""
    cell = Stratum(
        data.draw(st.integers(0, n_first)),
        n_first,
        data.draw(st.integers(0, n_second)),
        n_second,
    )
    whole = crude([cell])

    found = like_with_like(whole, [cell])

    assert found.value == pytest.approx(whole.value, abs=1e-12)
    assert found.standard_error == pytest.approx(whole.standard_error, rel=1e-9)


def test_people_who_rate_often_widen_strata_too():
    """By the design effect that the whole has."""
    cells = [Stratum(6, 60, 12, 60)] * 2
    people = PeopleSums.of([(4, 4)] * 3 + [(4, 0)] * 27)
    others = PeopleSums.of([(4, 4)] * 6 + [(4, 0)] * 24)
    often = difference(people, others, Agreement.of([people]) + Agreement.of([others]))

    wide = like_with_like(often, cells)
    narrow = like_with_like(crude(cells), cells)

    assert often.design_effect > 3
    assert wide.standard_error == pytest.approx(
        sqrt(often.design_effect) * narrow.standard_error, rel=0.03
    )  # half a rating weighs more where fewer count


def test_strata_of_one_group_alone_tell_nothing():
    """They change nothing where there are others, and alone they are no comparison."""
    alone = [Stratum(5, 50, 0, 0), Stratum(0, 0, 9, 40)]
    whole = crude([*THREE, *alone])

    assert like_with_like(whole, [*THREE, *alone]) == like_with_like(whole, THREE)
    assert like_with_like(whole, alone) == NotEstimable(Reason.NO_OVERLAP, 90)
