"""Levels come at exactly the chances that are given, and together within a person."""

import numpy as np
import pytest
from msgspec.structs import replace
from scipy.stats import multivariate_normal, norm

from afterword.simulation import WORLDS
from afterword.simulation.chances import Chances, observed_correlation
from unit.simulation.cast import NEGATIVE, NEUTRAL, is_likely, settings

N = 200_000


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.9])
@pytest.mark.parametrize("chance", [0.02, 0.10, 0.17])
def test_levels_come_at_their_chances(chance, correlation):
    """Whatever the correlation; neutral sessions are a quarter in any case."""
    world = replace(WORLDS["steady"], correlation=correlation)
    rng = np.random.default_rng(3)
    level = Chances.of(settings(world)).level(np.full(N, chance), rng.standard_normal(N), rng)

    assert is_likely((level == NEGATIVE).sum(), N, chance)
    assert is_likely((level == NEUTRAL).sum(), N, 0.25)


def test_correlation_between_sessions_is_the_one_told():
    """Two sessions of a person, over many people; the bound is four standard errors."""
    world = replace(WORLDS["null"], correlation=0.4)
    chances = Chances.of(settings(world))
    rng = np.random.default_rng(4)
    mood, negative = rng.standard_normal(N), np.full(N, 0.10)
    first, second = (chances.level(negative, mood, rng) == NEGATIVE for _ in range(2))
    told = observed_correlation(0.10, 0.4)

    # For rare events the estimate scatters more than 1/√n: var = Var(xy)/(n·p²q²), about.
    both = told * 0.09 + 0.01
    error = np.sqrt(both / N) / 0.09
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(told, abs=4 * error)


@pytest.mark.parametrize(("share", "latent"), [(0.10, 0.4), (0.65, 0.4), (0.17, 0.7), (0.3, 0.0)])
def test_observed_correlation_agrees_with_the_bivariate_normal(share, latent):
    """An independent way: the distribution function of two correlated normals."""
    cut = norm.ppf(share)
    both = multivariate_normal.cdf([cut, cut], cov=[[1, latent], [latent, 1]])
    expected = (both - share**2) / (share * (1 - share))

    # Scipy integrates to about 1e-8 of the probability; here it is divided by at most 0.09.
    assert observed_correlation(share, latent) == pytest.approx(expected, abs=1e-6)
