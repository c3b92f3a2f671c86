"""The worlds: everything that a simulation draws from, as one value that the truth repeats.

Effects are *points*: what is added to the share of negative sessions and taken from that of
positive ones. Points of a factor are centred by its shares, so that the shares of a release are
exact whatever else a session is. Nothing here is measured: the numbers are chosen to be found.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from afterword.domain.policy import DAY_US, SECOND_US, WEEK_US, Policy
from afterword.errors import SetupError


class Level(IntEnum):
    """How a session was for its user, rated or not."""

    POSITIVE = 0
    NEUTRAL = 1
    NEGATIVE = 2


class Release(Struct, frozen=True, kw_only=True):
    """What produces the sessions from a moment on, up to the next release."""

    name: str
    begins: float  # share of the window that lies before it, in [0, 1)
    model: str
    prompt_version: str
    points: float = 0.0  # not centred: the release's own shares
    theme: str | None = None  # of half of the reasons for its negative sessions, and of no others


class Part(Struct, frozen=True):
    """One value of a factor: how often it comes, and what it does."""

    name: str
    share: float
    points: float = 0.0


class Place(Struct, frozen=True):
    """Where people live."""

    country: str
    locale: str
    timezone: str
    share: float


Triple = tuple[float, float, float]  # positive, neutral, negative


class World(Struct, frozen=True, kw_only=True):
    """What a world is drawn from. Triples are for positive, neutral and negative sessions."""

    name: str
    shares: Triple = (0.65, 0.25, 0.10)
    correlation: float = 0.4  # between two sessions of a person, on the latent normal scale

    releases: tuple[Release, ...] = ()
    use_cases: tuple[Part, ...] = ()
    acquisitions: tuple[Part, ...] = ()
    onboarding: tuple[Part, Part] = (Part("short", 0.5), Part("long", 0.5))
    capability: tuple[Part, Part] = (Part("holdout", 0.5), Part("shown", 0.5))
    survey: tuple[Part, Part] = (Part("without", 0.9), Part("with", 0.1))
    night_points: float = 0.0  # of sessions that open between 22:00 and 6:00 local time

    gap_days: float = 5.0  # median person's mean gap between visits
    gap_spread: float = 0.6  # of its logarithm over people
    leaves: float = 0.11  # after a positive session
    odds_of_leaving: Triple = (1.0, 1.0, 1.0)  # against a positive session

    silent: float = 0.35  # people who never rate
    answers: float = 0.6  # of asks that were shown to somebody who is not silent
    unhappy_answers: float = 1.0  # times as often after a negative session
    gives_reason: Triple = (0.05, 0.15, 0.35)
    thumbs_up: Triple = (0.9, 0.65, 0.35)  # of votes on single responses
    errors: Triple = (0.02, 0.03, 0.08)  # sessions with an error
    refusals: Triple = (0.02, 0.04, 0.12)  # sessions in which the agent declined
    retries: Triple = (0.04, 0.08, 0.20)  # sessions in which the user asked the same again

    @property
    def answer_rates(self) -> Triple:
        """How often a shown ask is answered by somebody who is not silent."""
        return (self.answers, self.answers, min(1.0, self.answers * self.unhappy_answers))

    @property
    def leave_rates(self) -> Triple:
        """The chance that a session of each level is the person's last."""
        odds = self.leaves / (1 - self.leaves)
        positive, neutral, negative = (odds * ratio for ratio in self.odds_of_leaving)
        return (
            positive / (1 + positive),
            neutral / (1 + neutral),
            negative / (1 + negative),
        )


class Settings(Struct, frozen=True, kw_only=True):
    """One simulation. Equal settings give equal worlds, to the byte.

    Raises:
        SetupError: A number is out of its range.
    """

    world: World
    sessions: int
    end_us: int  # everything is over by then, microseconds since 1970 UTC
    days: int = 90
    seed: int = 1

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.sessions < 1:
            raise SetupError("sessions must be at least 1.")
        if not 1 <= self.days <= MAX_DAYS:
            raise SetupError(f"days must lie between 1 and {MAX_DAYS:,}.")
        if self.seed < 0:
            raise SetupError("seed must not be negative.")
        if self.end_us % SECOND_US or self.from_us < _FIRST_US:
            raise SetupError("end must be a whole second, and all of it lie after 1975.")

    @property
    def from_us(self) -> int:
        """Where the window begins."""
        return self.end_us - self.days * DAY_US

    @property
    def release_starts_us(self) -> tuple[int, ...]:
        """When each release begins."""
        length_s = self.days * DAY_US // SECOND_US
        return tuple(
            self.from_us + round(release.begins * length_s) * SECOND_US
            for release in self.world.releases
        )

    @property
    def policy(self) -> Policy:
        """The ask policy that holds all along: the default one, knowing its traffic."""
        return Policy(eligible_per_week=self.sessions * WEEK_US // (self.days * DAY_US))


MAX_DAYS: Final = 3_650
_FIRST_US: Final = 5 * 366 * DAY_US  # people have signed up to 400 days before
NIGHT: Final = (22, 23, 0, 1, 2, 3, 4, 5)
# Visits by local hour, and on a day of the weekend against a working day.
HOURS: Final = (
    2,
    1,
    1,
    1,
    1,
    2,
    5,
    12,
    25,
    35,
    40,
    38,
    30,
    34,
    40,
    40,
    36,
    30,
    24,
    20,
    17,
    14,
    9,
    5,
)
WEEKEND: Final = 0.68
PLANS: Final = ("free", "pro")
PLACES: Final = (
    Place("US", "en-US", "America/New_York", 0.26),
    Place("US", "en-US", "America/Los_Angeles", 0.16),
    Place("DE", "de-DE", "Europe/Berlin", 0.18),
    Place("GB", "en-GB", "Europe/London", 0.14),
    Place("BR", "pt-BR", "America/Sao_Paulo", 0.10),
    Place("IN", "en-IN", "Asia/Kolkata", 0.10),
    Place("JP", "ja-JP", "Asia/Tokyo", 0.06),
)

_RELEASES: Final = (
    Release(name="v40", begins=0, model="m-1", prompt_version="p-7"),
    Release(name="v41", begins=1 / 3, model="m-1", prompt_version="p-8"),
    Release(name="v42", begins=2 / 3, model="m-2", prompt_version="p-8"),
    Release(name="v43", begins=8 / 9, model="m-2", prompt_version="p-9"),
)
WORSE: Final = "v42"
_STEADY: Final = World(
    name="steady",
    releases=_RELEASES,
    use_cases=(
        Part("billing", 0.30, 0.0),
        Part("setup", 0.25, 0.02),
        Part("writing", 0.20, -0.03),
        Part("analysis", 0.15, 0.06),
        Part("travel", 0.10, -0.01),
    ),
    acquisitions=(
        Part("search", 0.40),
        Part("friend", 0.25, -0.01),
        Part("ads", 0.20, 0.03),
        Part("partner", 0.15),
    ),
    onboarding=(Part("short", 0.5), Part("long", 0.5, -0.04)),
    capability=(Part("holdout", 0.5), Part("shown", 0.5, -0.06)),
    survey=(Part("without", 0.9), Part("with", 0.1, 0.03)),
    night_points=0.05,
)


def _without_points(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(Part(part.name, part.share) for part in parts)


WORLDS: Final[dict[str, World]] = {
    "steady": _STEADY,
    # 65/25/10 becomes 58/25/17: odds of a negative session times 1.84.
    "worse-release": replace(
        _STEADY,
        name="worse-release",
        releases=tuple(
            replace(one, points=0.07, theme="forgets") if one.name == WORSE else one
            for one in _RELEASES
        ),
    ),
    "churn": replace(_STEADY, name="churn", leaves=0.10, odds_of_leaving=(1.0, 1.44, 1.85)),
    "null": World(
        name="null",
        correlation=0.0,
        releases=_RELEASES,
        use_cases=_without_points(_STEADY.use_cases),
        acquisitions=_without_points(_STEADY.acquisitions),
        thumbs_up=(0.8, 0.8, 0.8),
        errors=(0.03, 0.03, 0.03),
        refusals=(0.04, 0.04, 0.04),
        retries=(0.07, 0.07, 0.07),
    ),
}
