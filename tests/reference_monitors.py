"""Textbook monitors and intervals: what ours are held against, in tests and benches."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm


def cusum(ratios):
    """Give Page's cumulative sum after each log-likelihood ratio. Page (1954), Biometrika 41."""
    found, level = [], 0.0
    for one in ratios:
        level = max(0.0, level + float(one))
        found.append(level)
    return found


def run_length(p, up, down, level):
    """Give the mean time until a sum of +up (chance p) and -down, never below 0, reaches a level.

    Exact, for whole steps: one linear equation a state. Brook & Evans (1972), Biometrika 59.
    """
    moves = np.eye(level)
    for state in range(level):
        moves[state, max(0, state - down)] -= 1 - p
        if state + up < level:
            moves[state, state + up] -= p
    return float(np.linalg.solve(moves, np.ones(level))[0])


def gaussian_run_length(k, h, mean=0.0, nodes=80):
    """Give the mean time until the one-sided sum of normal values less k reaches h.

    Its integral equation at Gauss and Legendre's nodes, with a state of its own for 0.
    """
    x, w = np.polynomial.legendre.leggauss(nodes)
    x, w = h * (x + 1) / 2, w * h / 2
    at = np.concatenate(([0.0], x))
    moves = np.zeros((nodes + 1, nodes + 1))
    moves[:, 0] = norm.cdf(k - at - mean)
    moves[:, 1:] = w * norm.pdf(x[None, :] - at[:, None] + k - mean)
    return float(np.linalg.solve(np.eye(nodes + 1) - moves, np.ones(nodes + 1))[0])


def score_difference(y1, n1, y2, n2, *, is_mee=False):
    """Bound y1/n1 - y2/n2 by inverting the score test, at 95 %.

    Miettinen & Nurminen (1985), Statist. Med. 4, whose variance is N/(N-1) times Mee's.
    """
    value, total = y1 / n1 - y2 / n2, n1 + n2
    factor = 1.0 if is_mee else total / (total - 1)
    z = norm.ppf(0.975)

    def excess(delta):
        p1, p2 = _restricted(y1, n1, y2, n2, delta)
        variance = factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        return (value - delta) ** 2 - z * z * variance

    return brentq(excess, -1 + 1e-9, value), brentq(excess, value, 1 - 1e-9)


def _restricted(y1, n1, y2, n2, delta):
    """Give the likeliest shares whose difference is delta: the maximum, found by the score."""

    def score(p2):
        p1 = p2 + delta
        return y1 / p1 - (n1 - y1) / (1 - p1) + y2 / p2 - (n2 - y2) / (1 - p2)

    low, high = max(0.0, -delta) + 1e-12, min(1.0, 1 - delta) - 1e-12
    p2 = brentq(score, low, high, xtol=1e-15)
    return p2 + delta, p2
