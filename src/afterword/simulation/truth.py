"""The truth of a world: what was drawn from, and what came of it, for judges and tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.domain.policy import SECOND_US
from afterword.simulation import answers as said
from afterword.simulation import asking, invitations
from afterword.simulation.chances import centred, night, observed_correlation
from afterword.simulation.realised import Tally
from afterword.simulation.reasons import THEMES
from afterword.simulation.worlds import Level

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.simulation.simulation import Simulation
    from afterword.simulation.worlds import Part, Settings, Triple

FORMAT: Final = 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def truth_of(simulation: Simulation) -> dict[str, Any]:
    """Tell everything about a world, as values that JSON can hold.

    Returns:
        ``docs/reference/simulation.md`` describes each field. Shares lie in [0, 1].
    """
    settings = simulation.settings
    return {
        "format": FORMAT,
        "world": settings.world.name,
        "sessions": settings.sessions,
        "days": settings.days,
        "seed": settings.seed,
        "from": _time(settings.from_us),
        "to": _time(settings.end_us),
        "change": _change(settings),
        "drawn_from": _drawn_from(settings),
        "realised": Tally(simulation).tell(),
        "left": _left(simulation),
    }


def write_truth(simulation: Simulation, path: Path) -> None:
    """Write the truth as indented JSON."""
    body = msgspec.json.encode(truth_of(simulation))
    path.write_bytes(msgspec.json.format(body, indent=1) + b"\n")


def levels(shares: Triple) -> dict[str, float]:
    """Name the three numbers."""
    return {level.name.lower(): round(float(shares[level]), 12) for level in Level}


def _time(at_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=at_us)).isoformat().replace("+00:00", "Z")


def _change(settings: Settings) -> dict[str, Any] | None:
    releases, starts_us = settings.world.releases, settings.release_starts_us
    worse = next((place for place, one in enumerate(releases) if one.points), None)
    if worse is None:
        return None
    after = worse + 1
    is_mended = after < len(releases)
    before, then = settings.world.shares, _shares(settings, worse)
    odds = [share[Level.NEGATIVE] / (1 - share[Level.NEGATIVE]) for share in (before, then)]
    return {
        "release": releases[worse].name,
        "at": _time(starts_us[worse]),
        "from_shares": levels(before),
        "to_shares": levels(then),
        "negative_odds_ratio": odds[1] / odds[0],
        "recovered_by": releases[after].name if is_mended else None,
        "recovered_at": _time(starts_us[after]) if is_mended else None,
    }


def _shares(settings: Settings, release: int, points: float = 0.0) -> Triple:
    positive, neutral, negative = settings.world.shares
    worse = settings.world.releases[release].points + points
    return (positive - worse, neutral, negative + worse)


def _drawn_from(settings: Settings) -> dict[str, Any]:
    world = settings.world
    return {
        "releases": _releases(settings),
        "points": _points(settings),
        "correlation": {
            "latent": world.correlation,
            "negative": observed_correlation(world.shares[Level.NEGATIVE], world.correlation),
            "positive": observed_correlation(world.shares[Level.POSITIVE], world.correlation),
        },
        "leaving": {
            "rates": levels(world.leave_rates),
            "odds_ratios": levels(world.odds_of_leaving),
        },
        "response": {
            "silent": world.silent,
            "answer_rates": levels(world.answer_rates),
            "unhappy_answers": world.unhappy_answers,
            "chance_of_asking": settings.policy.chance_of_asking,
            "expires": asking.EXPIRES,
            "withdraws": asking.WITHDRAWS,
            "dismisses": asking.DISMISSES,
            "answer_s": {"median": invitations.ANSWER_S, "spread": invitations.ANSWER_SPREAD},
            "opened_by_hand": asking.OPENED_BY_HAND,
        },
        "reasons": {
            "rates": levels(world.gives_reason),
            "themes": {
                theme: {"level": level.name.lower(), "texts": list(texts)}
                for theme, (level, texts) in THEMES.items()
            },
            "own_theme": said.OWN_THEME,
        },
        "responses": {
            "thumbs_up": levels(world.thumbs_up),
            "errors": levels(world.errors),
            "refusals": levels(world.refusals),
            "retries": levels(world.retries),
            "votes_once": said.VOTES_ONCE,
            "votes_twice": said.VOTES_TWICE,
        },
        "visits": {
            "gap_days": world.gap_days,
            "gap_spread": world.gap_spread,
        },
    }


def _releases(settings: Settings) -> list[dict[str, Any]]:
    use_cases = settings.world.use_cases
    points = centred(use_cases).tolist()
    return [
        {
            "release": release.name,
            "model": release.model,
            "prompt_version": release.prompt_version,
            "theme": release.theme,
            "begins": _time(settings.release_starts_us[place]),
            "shares": levels(_shares(settings, place)),
            "by_use_case": {
                part.name: levels(_shares(settings, place, more))
                for part, more in zip(use_cases, points, strict=True)
            },
        }
        for place, release in enumerate(settings.world.releases)
    ]


def _points(settings: Settings) -> dict[str, dict[str, dict[str, float]]]:
    world = settings.world
    factors: dict[str, tuple[Part, ...]] = {
        "use_case": world.use_cases,
        "acquisition": world.acquisitions,
        "onboarding": world.onboarding,
        "capability": world.capability,
        "survey": world.survey,
        "night": night(world),
    }
    return {
        name: {
            part.name: {"share": part.share, "points": round(more, 12)}
            for part, more in zip(parts, centred(parts).tolist(), strict=True)
        }
        for name, parts in factors.items()
    }


def _left(simulation: Simulation) -> dict[str, int]:
    visits = simulation.visits
    names = simulation.names()
    who = visits.person[visits.is_last].tolist()
    opened_s = (visits.opened_us[visits.is_last] // SECOND_US).tolist()
    return {names[person]: at for person, at in zip(who, opened_s, strict=True)}
