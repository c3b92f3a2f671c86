"""How shares vary between groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from afterword.statistics.priors import fit_prior, fit_size
from afterword.statistics.shares import NotEstimable

N = np.array((12, 30, 55, 80, 150, 240, 400, 900.0))
Y = np.array((4, 2, 9, 7, 21, 19, 52, 81.0))
groups = st.lists(
    st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=3,
    max_size=25,
)


def likelihood(y, n, a, b):
    """Give the log-likelihood of scipy's beta-binomial."""
    return stats.betabinom.logpmf(y, n, a, b).sum()


@settings(max_examples=30, deadline=None)
@given(groups)
def test_the_prior_is_the_most_likely_one(cells):
    """No prior that an independent search finds is likelier; pooled where none has a top."""
    y, n = np.array(cells, float).T
    prior = fit_prior(y, n)
    if isinstance(prior, NotEstimable):
        assert not 0 < y.sum() < n.sum() or (n > 0).sum() < 3
        return
    theirs = optimize.minimize(
        lambda at: -likelihood(y, n, *np.exp(at)),
        np.log([prior.mean * 5, (1 - prior.mean) * 5]),
        method="Nelder-Mead",
        bounds=[(-12, 16)] * 2,
        options={"maxiter": 2000, "xatol": 1e-6, "fatol": 1e-9},
    )

    ours = likelihood(y, n, prior.a, prior.b)

    # Pooled is the limit of an endless prior, so it may lack what is left of the way there.
    assert ours >= -theirs.fun - (0.05 if prior.is_pooled else 1e-5)


def test_the_spread_around_known_means_is_the_most_likely_one():
    """With the common share as every mean it is the fitted prior; with others, a search's."""
    prior = fit_prior(Y, N)
    means = np.linspace(0.05, 0.2, 8)
    theirs = optimize.minimize_scalar(
        lambda at: -likelihood(Y, N, np.exp(at) * means, np.exp(at) * (1 - means)),
        bounds=(0, 10),
        method="bounded",
    )

    assert fit_size(Y, N, np.full(8, prior.mean)) == pytest.approx(prior.a + prior.b, rel=1e-4)
    assert fit_size(Y, N, means) == pytest.approx(np.exp(theirs.x), rel=1e-3)
