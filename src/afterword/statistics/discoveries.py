"""Many tests at once: which findings stand when chance had many tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def q_values(p_values: Sequence[float]) -> list[float]:
    """Give each test the false discovery rate at which it would just be found.

    Args:
        p_values: Of all tests made, found or not.

    Returns:
        In the order given. Calling all tests with q <= .05 findings, 5 % of the findings are
        false in the long run, if tests are independent or go together.

    References:
        Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57, 289-300, adjusted as in Yekutieli &
        Benjamini (1999), J. Stat. Plan. Inference 82, 171-196.
    """
    n = len(p_values)
    found = [1.0] * n
    least = 1.0
    for rank, at in zip(
        range(n, 0, -1), sorted(range(n), key=p_values.__getitem__, reverse=True), strict=True
    ):
        least = min(least, p_values[at] * n / rank)
        found[at] = least
    return found


def nested_q_values(
    heads: Sequence[float], families: Sequence[Sequence[float]], *, level: float = 0.05
) -> list[list[float]]:
    """Correct tests inside of families, of which those that show something were chosen.

    Args:
        heads: The q-value of each family as a whole.
        families: The p-values inside of each, in the same order.
        level: At which families are chosen, and at which tests in them are to be called findings.

    Returns:
        In the order given. Never below the family's own. Calling all tests with q <= level
        findings, in the chosen families on average at most that share of them is false.

    References:
        Benjamini & Bogomolov (2014), J. R. Statist. Soc. B 76, 297-318.
    """
    chosen = max(sum(head <= level for head in heads), 1)
    times = len(heads) / chosen
    return [
        [max(head, min(one * times, 1.0)) for one in q_values(family)]
        for head, family in zip(heads, families, strict=True)
    ]
