"""Chances: how likely a session of each kind is negative, neutral or positive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from afterword.errors import SetupError
from afterword.simulation.worlds import HOURS, NIGHT, Level, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.simulation.worlds import Settings, World

_NODES: Final = 96


@dataclass(frozen=True, slots=True)
class Chances:
    """Points by the place of each value in its factor, centred where the world says so."""

    release_starts_us: NDArray[np.int64]
    releases: NDArray[np.float64]  # the share of negative sessions itself
    hours: NDArray[np.float64]
    use_cases: NDArray[np.float64]
    acquisitions: NDArray[np.float64]
    stages: NDArray[np.float64]  # by stage and arm
    neutral: float
    correlation: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take what a world says.

        Raises:
            SetupError: A session could get a chance outside of [0, 1].
        """
        world = settings.world
        arms = (world.onboarding, world.capability, world.survey)
        chances = cls(
            release_starts_us=np.array(settings.release_starts_us),
            releases=world.shares[Level.NEGATIVE] + np.array([r.points for r in world.releases]),
            hours=centred(night(world))[[int(hour in NIGHT) for hour in range(24)]],
            use_cases=centred(world.use_cases),
            acquisitions=centred(world.acquisitions),
            stages=np.array([[0.0, 0.0], *(centred(parts) for parts in arms)]),
            neutral=world.shares[Level.NEUTRAL],
            correlation=world.correlation,
        )
        low, high = (sum(float(pick(one)) for one in chances.factors) for pick in (np.min, np.max))
        if low < 0 or high + chances.neutral > 1:
            raise SetupError(f"The points of world {world.name} add up to no chance any more.")
        return chances

    @property
    def factors(self) -> tuple[NDArray[np.float64], ...]:
        """Everything that adds up to the chance of a negative session."""
        return (self.releases, self.hours, self.use_cases, self.acquisitions, self.stages)

    def release(self, opened_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the place of the release that was there."""
        return np.searchsorted(self.release_starts_us, opened_us, side="right") - 1

    def negative(
        self,
        opened_us: NDArray[np.int64],
        hour: NDArray[np.int64],
        use_case: NDArray[np.int8],
        acquisition: NDArray[np.int8],
        stage: NDArray[np.int8],
        arm: NDArray[np.int8],
    ) -> NDArray[np.float64]:
        """Give the chance of a negative session; that of a neutral one is the same for all."""
        return (
            self.releases[self.release(opened_us)]
            + self.hours[hour]
            + self.use_cases[use_case]
            + self.acquisitions[acquisition]
            + self.stages[stage, arm]
        )

    def level(
        self, negative: NDArray[np.float64], mood: NDArray[np.float64], rng: Generator
    ) -> NDArray[np.int8]:
        """Draw levels that the moods of people bring together, at exactly these chances.

        References: Gaussian copula with an exchangeable correlation: the latent value is standard
        normal over people and sessions, so that its distribution function is uniform.
        """
        from scipy.special import ndtr  # noqa: PLC0415  # slow to import

        rho = self.correlation
        noise = rng.standard_normal(len(mood))
        place = ndtr(np.sqrt(rho) * mood + np.sqrt(1 - rho) * noise)
        level = np.where(place < negative + self.neutral, Level.NEUTRAL, Level.POSITIVE)
        level[place < negative] = Level.NEGATIVE
        return level.astype(np.int8)


def centred(parts: Sequence[Part]) -> NDArray[np.float64]:
    """Give the points of a factor so that their mean over its sessions is nothing."""
    points = np.array([part.points for part in parts])
    return points - float(np.average(points, weights=[part.share for part in parts]))


def night(world: World) -> tuple[Part, Part]:
    """Give day and night as a factor."""
    share = sum(HOURS[hour] for hour in NIGHT) / sum(HOURS)
    return Part("day", 1 - share), Part("night", share, world.night_points)


def observed_correlation(share: float, latent: float) -> float:
    """Give the correlation of one level's indicator between two sessions of a person.

    Args:
        share: Of the level, in (0, 1); the lowest or the highest level.
        latent: Correlation on the normal scale.

    References: Pr(both) = E[Φ((Φ⁻¹(p) - √r·u)/√(1-r))²] with r = latent and u standard normal;
        by Gauss-Hermite quadrature over u.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  # slow to import

    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    given = ndtr((ndtri(share) - np.sqrt(latent) * nodes) / np.sqrt(1 - latent))
    both = float(weights @ given**2 / weights.sum())
    return (both - share**2) / (share * (1 - share))
