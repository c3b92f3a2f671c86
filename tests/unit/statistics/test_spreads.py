"""How well shrunk shares are known."""

import numpy as np
import pytest
from scipy.special import betaln

from afterword.statistics.spreads import posterior

N = np.array((12, 30, 55, 80, 150, 240, 400, 900.0))
Y = np.array((4, 2, 9, 7, 21, 19, 52, 81.0))


def by_brute_force(y, n):
    """Average over a fine table of common shares and sizes: mean and deviation of each group."""
    typical = len(n) / (1 / n).sum()
    share = np.linspace(0.04, 0.30, 261)[:, None]
    size = np.exp(np.linspace(0, np.log(1000 * typical + 10), 300))[None, :]
    a, b = size * share, size * (1 - share)
    log = sum(betaln(a + k, b + m - k) - betaln(a, b) for k, m in zip(y, n, strict=True))
    log = log + np.log(size / (size + typical) ** 2)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    for k, m in zip(y, n, strict=True):
        mean = (a + k) / (size + m)
        spread = mean * (1 - mean) / (size + m + 1)
        whole = (weight * mean).sum()
        yield whole, ((weight * (spread + mean**2)).sum() - whole**2) ** 0.5


def test_it_is_the_average_over_all_priors():
    """Mean and deviation are those of a table of 78,300 priors, but for a few per cent."""
    a, b = posterior(Y, N)
    mean = a / (a + b)
    deviation = (mean * (1 - mean) / (a + b + 1)) ** 0.5
    theirs = np.array(list(by_brute_force(Y, N)))

    assert mean == pytest.approx(theirs[:, 0], rel=0.03)
    assert deviation == pytest.approx(theirs[:, 1], rel=0.08)


def test_a_group_that_nobody_rated_is_the_common_one_and_least_known():
    """It may lie anywhere between groups, and changes nothing for the others."""
    y, n = np.full(8, 10.0), np.full(8, 100.0)
    a, b = posterior(np.append(y, 0.0), np.append(n, 0.0))

    assert a[-1] / (a[-1] + b[-1]) == pytest.approx(0.10, abs=0.001)
    assert (a + b)[-1] == (a + b).min()
    assert a[:-1] == pytest.approx(posterior(y, n)[0])


def test_what_differs_more_is_known_less_well():
    """The same sizes with shares far apart: little is borrowed, so that small groups stay open."""
    near, far = (
        posterior(np.full(8, 10.0), np.full(8, 100.0)),
        posterior(np.array((1, 30, 2, 25, 1, 4, 16, 1.0)), np.full(8, 100.0)),
    )

    assert near[0].sum() + near[1].sum() > 2 * (far[0].sum() + far[1].sum())
