"""An exact test of two releases side by side, block by block, that may be looked at any time."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Final

Counts = tuple[int, int, int]  # positive, neutral, negative
Tilt = tuple[float, float, float]

# What a worse release may look like: the odds of the worst level, of the two lower ones, or of
# each step down, multiplied.
WORSE: Final[tuple[Tilt, ...]] = tuple(
    (0.0, step * log(factor), two * log(factor))
    for step, two in ((0.0, 1.0), (1.0, 1.0), (0.6, 1.2))
    for factor in (1.25, 1.5, 2.0, 3.0)
)


@dataclass(frozen=True, slots=True)
class BlockTest:
    """Evidence so far that the new release is worse than the old one.

    A block is a stretch of time with ratings of both: a day. Its size must be settled before its
    ratings are seen. What drifts for both releases alike is no evidence. Ratings must be of people
    who rate once in the test.

    References:
        Turner, Ly & Grünwald (2024), J. Stat. Plan. Inference 230, 106116: the block e-variable.
    """

    past: Counts  # of the old release, before the blocks; at least one rating
    tilts: tuple[Tilt, ...] = WORSE
    log_es: tuple[float, ...] = ()  # one a tilt

    def after(self, old: Counts, new: Counts) -> BlockTest:
        """Add a block of ratings of both releases."""
        before = self.log_es or (0.0,) * len(self.tilts)
        log_es = tuple(
            log_e + _log_e(self.past, tilt, old, new)
            for log_e, tilt in zip(before, self.tilts, strict=True)
        )
        one, two, three = (a + b for a, b in zip(self.past, old, strict=True))
        return BlockTest((one, two, three), self.tilts, log_es)

    @property
    def log_e(self) -> float:
        """Of the mean over tilts: above log(1/alpha) "not worse" is rejected at alpha."""
        if not self.log_es:
            return 0.0
        most = max(self.log_es)
        return most + log(sum(exp(one - most) for one in self.log_es) / len(self.log_es))


def _log_e(past: Counts, tilt: Tilt, old: Counts, new: Counts) -> float:
    # Π (p_a/q)^old · Π (p_b/q)^new with q the mixture of both; p_a from the past alone, and a
    # level that nobody chose yet left out of both sides.
    n_old, n_new, n_past = sum(old), sum(new), sum(past)
    if n_old == 0 or n_new == 0:
        return 0.0
    p_a = [(count + _PRIOR) / (n_past + 3 * _PRIOR) for count in past]
    weights = [p * exp(bend) for p, bend in zip(p_a, tilt, strict=True)]
    p_b = [weight / sum(weights) for weight in weights]
    total = 0.0
    for a, b, n_a, n_b in zip(p_a, p_b, old, new, strict=True):
        q = (n_old * a + n_new * b) / (n_old + n_new)
        total += n_a * log(a / q) + n_b * log(b / q)
    return total


# A level that nobody chose yet must not be impossible; small enough to change no counted share.
_PRIOR: Final = 1e-9
