"""What came of a world, counted from the columns that were drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from afterword.domain.policy import DAY_US
from afterword.journal.days import as_date
from afterword.simulation import asking
from afterword.simulation.answers import DOWN, ENDINGS, NO_REASON, UP
from afterword.simulation.chances import Chances
from afterword.simulation.reasons import THEME_OF, THEMES
from afterword.simulation.visits import CAPABILITIES, PULSE, WELCOME
from afterword.simulation.worlds import NIGHT, PLANS, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from afterword.simulation.simulation import Simulation
    from afterword.simulation.worlds import Part

Counts = dict[str, Any]
_LEVELS: Final = tuple(level.name.lower() for level in Level)


class Tally:
    """Counts sessions, those that were rated, and what their people did."""

    def __init__(self, simulation: Simulation) -> None:
        """Take the simulation; nothing is counted yet."""
        self._simulation = simulation
        self._world = simulation.settings.world
        self._visits = simulation.visits
        self._answers = simulation.answers
        self._rated = simulation.visits.is_rated
        self._release = Chances.of(simulation.settings).release(simulation.visits.opened_us)

    def tell(self) -> Counts:
        """Count everything."""
        people = self._simulation.people
        everywhere = np.zeros(len(self._visits), dtype=np.int64)
        return {
            "people": len(people),
            "silent_people": int(people.is_silent.sum()),
            "new_people": int(people.is_new.sum()),
            "people_who_left": int(self._visits.is_last.sum()),
            **self._by(["all"], everywhere)["all"],
            "by_release": self._by_release(),
            "by_use_case": self._by(_names(self._world.use_cases), self._visits.use_case),
            "by_acquisition": self._by(
                _names(self._world.acquisitions), people.acquisition[self._visits.person]
            ),
            "by_plan": self._by(PLANS, self._is_pro().astype(np.int64)),
            "by_night": self._by(["day", "night"], np.isin(self._visits.hour, NIGHT)),
            "by_hour": self._by([str(hour) for hour in range(24)], self._visits.hour),
            "by_onboarding": self._by_arm(WELCOME, self._world.onboarding),
            "by_capability": self._by_arm(CAPABILITIES, self._world.capability),
            "by_survey": self._by_arm(PULSE, self._world.survey),
            "by_day": self._by_day(),
            "asks": self._asks(),
            "leaving": self._leaving(),
            "reasons": self._reasons(),
            "responses": self._responses(),
        }

    def _by(
        self, names: Sequence[str], which: NDArray[Any], among: NDArray[np.bool_] | None = None
    ) -> Counts:
        if among is None:
            among = np.ones(len(which), dtype=bool)
        place, n = which[among].astype(np.int64), len(names)
        level, rated = self._visits.level[among], self._rated[among]
        n_sessions = np.bincount(place, minlength=n)
        negative = np.bincount(place, weights=self._visits.negative[among], minlength=n)
        experienced = _count(place, level, n)
        said = _count(place[rated], level[rated], n)
        return {
            name: {
                "sessions": int(n_sessions[i]),
                "expected_negative": float(negative[i] / n_sessions[i]) if n_sessions[i] else None,
                "experienced": _named(experienced[i]),
                "rated": _named(said[i]),
            }
            for i, name in enumerate(names)
        }

    def _by_release(self) -> Counts:
        names = [release.name for release in self._world.releases]
        told = self._by(names, self._release)
        for place, name in enumerate(names):
            told[name]["by_use_case"] = self._by(
                _names(self._world.use_cases), self._visits.use_case, self._release == place
            )
        return told

    def _by_arm(self, stage: int, parts: Sequence[Part]) -> Counts:
        return self._by(_names(parts), self._visits.arm, self._visits.stage == stage)

    def _by_day(self) -> Counts:
        numbers = self._visits.opened_us // DAY_US
        first = int(numbers[0])
        names = [as_date(day).isoformat() for day in range(first, int(numbers[-1]) + 1)]
        return self._by(names, numbers - first)

    def _is_pro(self) -> NDArray[np.bool_]:
        people = self._simulation.people
        is_pro: NDArray[np.bool_] = (
            people.pro_from_us[self._visits.person] <= self._visits.opened_us
        )
        return is_pro

    def _asks(self) -> Counts:
        decisions = np.bincount(self._visits.decision, minlength=len(asking.DECISIONS))
        states = np.bincount(self._visits.ask, minlength=len(asking.STATES))
        asked = self._visits.ask != asking.NONE
        triggers = np.bincount(self._answers.ending[asked], minlength=len(ENDINGS))
        return {
            "decisions": _named(decisions, asking.DECISIONS),
            "states": _named(states[1:], asking.STATES[1:]),
            "triggers": _named(triggers, ENDINGS),
            "shown": int(np.isin(self._visits.ask, asking.SEEN).sum()),
            "opened_by_hand": int(self._visits.is_by_hand.sum()),
        }

    def _leaving(self) -> Counts:
        level, is_last, rated = self._visits.level, self._visits.is_last, self._rated
        return {
            "experienced": {
                "sessions": _count_levels(level),
                "left": _count_levels(level[is_last]),
            },
            "rated": {
                "sessions": _count_levels(level[rated]),
                "left": _count_levels(level[rated & is_last]),
            },
        }

    def _reasons(self) -> Counts:
        reason, level = self._answers.reason, self._visits.level
        given = reason != NO_REASON
        themes = list(THEMES)
        theme_of = np.array([themes.index(theme) for theme in THEME_OF])
        return {
            "given": _count_levels(level[given]),
            "themes_by_release": {
                release.name: _named(
                    np.bincount(
                        theme_of[reason[given & (self._release == place)]], minlength=len(themes)
                    ),
                    themes,
                )
                for place, release in enumerate(self._world.releases)
            },
        }

    def _responses(self) -> Counts:
        level, last = self._visits.level, self._answers.last_vote
        return {
            "last_up": _count_levels(level[last == UP]),
            "last_down": _count_levels(level[last == DOWN]),
            "errors": _count_levels(level[self._answers.has_error]),
            "refusals": _count_levels(level[self._answers.has_refusal]),
            "retries": _count_levels(level[self._answers.has_retry]),
        }


def _names(parts: Sequence[Part]) -> list[str]:
    return [part.name for part in parts]


def _count(place: NDArray[Any], level: NDArray[Any], n: int) -> NDArray[np.int64]:
    k = len(_LEVELS)
    return np.bincount(place * k + level, minlength=n * k).reshape(n, k)


def _count_levels(level: NDArray[Any]) -> dict[str, int]:
    return _named(np.bincount(level, minlength=len(_LEVELS)))


def _named(counts: NDArray[Any], names: Sequence[Any] = _LEVELS) -> dict[str, int]:
    return {str(name): int(n) for name, n in zip(names, counts, strict=True)}
