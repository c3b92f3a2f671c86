"""The rows of reasons: themes of each level, and the phrases that tell it or are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from afterword.domain.kinds import OTHER
from afterword.reports.reasons.rows import ReasonRow, Telling
from afterword.reports.reasons.telling import Pair, apart, is_found, tell
from afterword.reports.reasons.voices import PHRASE, THEME, Voices
from afterword.reports.wording import LEVELS
from afterword.statistics.phrases import LEAST_PEOPLE
from afterword.statistics.shares import normal_quantile, score_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.history.questions.reasons import Said
    from afterword.reports.reasons.telling import At, Place
    from afterword.reports.reasons.voices import Mask
    from afterword.reports.report import View

WORST_FIRST: Final = LEVELS[::-1]
_KEYS: Final = 10  # values of a dimension that stand alone
_PHRASES: Final = 6  # of a level and key
_EXAMPLES: Final = 3
_SESSIONS: Final = 5
_NOTHING: Final = Telling()


class Sides(NamedTuple):
    """Whether earlier reasons count in rows too, and whether rows are split by a dimension."""

    is_joint: bool
    is_split: bool


class _Told(NamedTuple):
    """Reasons, the rows' own of each place, and both comparisons."""

    said: Sequence[Said]
    voices: Voices
    own: dict[Place, Mask]
    than_levels: dict[At, Telling]
    than_before: dict[At, Telling]
    is_split: bool


def rows_of(said: Sequence[Said], sides: Sides, view: View) -> tuple[tuple[ReasonRow, ...], int]:
    """Make the rows, worst level first.

    Returns:
        The rows; and how many values of the dimension have none, for having too few people.
    """
    people: dict[str, set[int]] = {}
    for one in said:
        if sides.is_joint or one.is_late:
            people.setdefault(one.key, set()).add(one.person)
    keys = sorted(people, key=lambda key: (-len(people[key]), key))
    kept = [key for key in keys if len(people[key]) >= LEAST_PEOPLE][:_KEYS]
    told = _told(said, kept, sides)
    rows = [row for place in told.own for row in _rows(place, told, view)]
    return tuple(rows), len(keys) - len(kept)


def _told(said: Sequence[Said], keys: Sequence[str], sides: Sides) -> _Told:
    voices = Voices(said)
    late = np.array([one.is_late for one in said], bool)
    counted = np.ones(len(said), bool) if sides.is_joint else late
    key_of = {key: np.array([one.key == key for one in said], bool) for key in keys}
    level_of = {level: np.array([one.rating == level for one in said], bool) for level in LEVELS}
    own, levels, before = {}, {}, {}
    for key in keys:
        for level in WORST_FIRST:
            here, same = key_of[key] & level_of[level], level_of[level]
            place = key, level
            own[place] = here & counted
            levels[place] = Pair(own[place], key_of[key] & ~same & counted)
            before[place] = (
                Pair(own[place], same & ~key_of[key])
                if sides.is_split and sides.is_joint
                else Pair(here & late, here & ~late)
            )
    return _Told(said, voices, own, tell(voices, levels), tell(voices, before), sides.is_split)


def _rows(place: Place, told: _Told, view: View) -> list[ReasonRow]:
    items, counts = told.voices.items, told.voices.counts(told.own[place]).tolist()
    enough = [at for at, n in enumerate(counts) if n >= LEAST_PEOPLE]
    themes = sorted(
        (at for at in enough if items[at][0] == THEME),
        key=lambda at: (items[at][1] == OTHER, -counts[at], items[at]),
    )
    found = [at for at in enough if items[at][0] == PHRASE and _tells((place, at), told)]
    found.sort(key=lambda at: (*_evidence((place, at), told), -len(items[at][1]), items[at]))
    kept = apart(found, told.voices, told.own[place], _PHRASES)
    return [_row((place, at), counts[at], told, view) for at in (*themes, *kept)]


def _tells(at: At, told: _Told) -> bool:
    # Where rows are split, what tells a level tells it in every key.
    both = (told.than_before,) if told.is_split else (told.than_levels, told.than_before)
    return any(is_found(of.get(at, _NOTHING)) for of in both)


def _evidence(at: At, told: _Told) -> tuple[bool, float]:
    before, level = (of.get(at, _NOTHING) for of in (told.than_before, told.than_levels))
    is_new = is_found(before)
    q = before.q if is_new else level.q
    return not is_new, 1.0 if q is None else q


def _row(at: At, n_people: int, told: _Told, view: View) -> ReasonRow:
    (key, level), item = at
    own = told.own[key, level]
    held = [told.said[place] for place in told.voices.rows(own, item).tolist()]
    n_givers = told.voices.people(own)
    bounds = score_interval(
        n_people / n_givers, n_givers, quantile=normal_quantile(view.confidence_level)
    )
    before = told.than_before.get(at, _NOTHING)
    return ReasonRow(
        key=key,
        level=level,
        kind=told.voices.items[item][0],
        text=told.voices.items[item][1],
        n_reasons=len(held),
        n_people=n_people,
        n_givers=n_givers,
        share=bounds.share,
        low=bounds.low,
        high=bounds.high,
        than_levels=told.than_levels.get(at, _NOTHING),
        than_before=before,
        is_new=is_found(before),
        examples=tuple(dict.fromkeys(one.text for one in held))[:_EXAMPLES],
        sessions=tuple(one.session_id for one in held[:_SESSIONS]),
    )
