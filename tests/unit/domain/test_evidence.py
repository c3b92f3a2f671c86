"""One-sided bounds of a share."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from afterword.domain.evidence import lower, upper


@pytest.mark.parametrize(("found", "n"), [(0, 1), (3, 100), (50, 100), (7, 7), (2, 2_000)])
def test_they_are_those_of_wilson(found, n):
    """As an independent package computes them: one side of 95 % is two of 90 %."""
    known = binomtest(found, n).proportion_ci(0.90, method="wilson")
    assert (lower(found, n), upper(found, n)) == pytest.approx((known.low, known.high), abs=1e-12)


def test_without_a_count_nothing_is_known():
    """Anything may be."""
    assert (lower(0, 0), upper(0, 0)) == (0.0, 1.0)
