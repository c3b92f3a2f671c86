"""Do the arms of an experiment hold as many people as were meant for them?"""

from __future__ import annotations

from math import lgamma, log
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WEIGHT: Final = 100.0  # people that the prior is worth


def log_e_of_assignment(
    counts: Sequence[int], planned: Sequence[float], *, weight: float = WEIGHT
) -> float:
    """Weigh the evidence that people were not assigned as planned, looked at any time.

    Where they were not, what is compared is not an experiment: people went missing from an arm.

    Args:
        counts: People in each arm, each once.
        planned: The arms' shares, which add up to 1; all above 0.
        weight: How near the plan the alternatives lie. Larger for small deviations.

    Returns:
        The log of an e-value: above log(1/alpha) at any look, the plan is rejected at alpha.

    References:
        Lindon & Malek (2022), Advances in Neural Information Processing Systems 35: the
        Dirichlet mixture of multinomials.
    """
    # B(k·p + x)/B(k·p) against Π p^x, with B the multivariate beta function.
    prior = [weight * share for share in planned]
    value = lgamma(weight) - lgamma(weight + sum(counts))
    for count, before, share in zip(counts, prior, planned, strict=True):
        value += lgamma(before + count) - lgamma(before) - count * log(share)
    return value
