"""What unrated sessions could do."""

import pytest

from afterword.statistics.shares import Interval, NotEstimable, Reason
from afterword.statistics.unrated import worst_case


def test_the_worst_case_gives_all_unrated_sessions_to_one_side():
    """34 of 200 rated, of 1,000 sessions."""
    assert worst_case(34, 200, 1000) == Interval(0.17, 0.034, 0.834)


def test_where_everything_is_rated_nothing_is_open():
    """Both bounds are the share."""
    assert worst_case(3, 12, 12) == Interval(0.25, 0.25, 0.25)


def test_no_ratings_give_no_bounds():
    """There is no share to bound."""
    assert worst_case(0, 0, 10) == NotEstimable(Reason.NO_RATINGS, 0)


def test_counts_that_are_not_nested_are_the_callers_mistake():
    """The error shows the three numbers."""
    with pytest.raises(ValueError, match="5, 4, 10"):
        worst_case(5, 4, 10)
