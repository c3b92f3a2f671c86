"""The rows of reasons: themes of each level, and the phrases that tell it or are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.kinds import OTHER
from afterword.reports.reasons.rows import ReasonRow, Telling
from afterword.reports.reasons.telling import apart, is_found, tell
from afterword.reports.reasons.voices import PHRASE, THEME, Group, group_of, items_of
from afterword.reports.wording import LEVELS
from afterword.statistics.phrases import LEAST_PEOPLE
from afterword.statistics.shares import normal_quantile, score_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.history.questions.reasons import Said
    from afterword.reports.reasons.telling import Place
    from afterword.reports.reasons.voices import Item
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


class _Voices(NamedTuple):
    """Reasons by place: those that rows count, their people, and both comparisons."""

    said: dict[Place, list[Said]]
    groups: dict[Place, Group]
    than_levels: dict[tuple[Place, Item], Telling]
    than_before: dict[tuple[Place, Item], Telling]
    items: dict[str, frozenset[Item]]
    is_split: bool


def rows_of(said: Sequence[Said], sides: Sides, view: View) -> tuple[tuple[ReasonRow, ...], int]:
    """Make the rows, worst level first.

    Returns:
        The rows; and how many values of the dimension have none, for having too few people.
    """
    told = [one for one in said if sides.is_joint or one.is_late]
    people: dict[str, set[int]] = {}
    for one in told:
        people.setdefault(one.key, set()).add(one.person)
    keys = sorted(people, key=lambda key: (-len(people[key]), key))
    kept = [key for key in keys if len(people[key]) >= LEAST_PEOPLE][:_KEYS]
    voices = _voices(said, told, kept, sides)
    rows = [row for place in voices.groups for row in _rows(place, voices, view)]
    return tuple(rows), len(keys) - len(kept)


def _voices(
    said: Sequence[Said], told: Sequence[Said], keys: Sequence[str], sides: Sides
) -> _Voices:
    items = items_of(one.text for one in said)
    places = [(key, level) for key in keys for level in WORST_FIRST]
    own = {
        (key, level): [one for one in told if one.key == key and one.rating == level]
        for key, level in places
    }
    groups = {place: group_of(held, items) for place, held in own.items()}
    levels, before = {}, {}
    for key, level in places:
        group = groups[key, level]
        others = [one for one in told if one.key == key and one.rating != level]
        levels[key, level] = group, group_of(others, items)
        before[key, level] = _then((key, level), group, said, items, sides)
    return _Voices(own, groups, tell(levels), tell(before), items, sides.is_split)


def _then(
    place: Place,
    group: Group,
    said: Sequence[Said],
    items: dict[str, frozenset[Item]],
    sides: Sides,
) -> tuple[Group, Group]:
    """Give what people say now, and what is before it: earlier, or of other keys."""
    key, level = place
    same = [one for one in said if one.rating == level]
    if sides.is_split and sides.is_joint:
        return group, group_of((one for one in same if one.key != key), items)
    own = [one for one in same if one.key == key]
    return (
        group_of((one for one in own if one.is_late), items),
        group_of((one for one in own if not one.is_late), items),
    )


def _rows(place: Place, voices: _Voices, view: View) -> list[ReasonRow]:
    of = voices.groups[place].of
    enough = [item for item, people in of.items() if len(people) >= LEAST_PEOPLE]
    themes = sorted(
        (item for item in enough if item[0] == THEME),
        key=lambda item: (item[1] == OTHER, -len(of[item]), item),
    )
    found = [item for item in enough if item[0] == PHRASE and _tells(place, item, voices)]
    found.sort(key=lambda item: (*_evidence(place, item, voices), -len(item[1]), item))
    return [_row(place, item, voices, view) for item in (*themes, *apart(found, of, _PHRASES))]


def _tells(place: Place, item: Item, voices: _Voices) -> bool:
    # Where rows are split, what tells a level tells it in every key.
    both = (voices.than_before,) if voices.is_split else (voices.than_levels, voices.than_before)
    return any(is_found(of.get((place, item), _NOTHING)) for of in both)


def _evidence(place: Place, item: Item, voices: _Voices) -> tuple[bool, float]:
    before = voices.than_before.get((place, item), _NOTHING)
    level = voices.than_levels.get((place, item), _NOTHING)
    is_new = is_found(before)
    q = before.q if is_new else level.q
    return not is_new, 1.0 if q is None else q


def _row(place: Place, item: Item, voices: _Voices, view: View) -> ReasonRow:
    key, level = place
    group = voices.groups[place]
    held = [one for one in voices.said[place] if item in voices.items[one.text]]
    n_people, n_givers = len(group.of[item]), len(group.people)
    bounds = score_interval(
        n_people / n_givers, n_givers, quantile=normal_quantile(view.confidence_level)
    )
    before = voices.than_before.get((place, item), _NOTHING)
    return ReasonRow(
        key=key,
        level=level,
        kind=item[0],
        text=item[1],
        n_reasons=len(held),
        n_people=n_people,
        n_givers=n_givers,
        share=bounds.share,
        low=bounds.low,
        high=bounds.high,
        than_levels=voices.than_levels.get((place, item), _NOTHING),
        than_before=before,
        is_new=is_found(before),
        examples=tuple(dict.fromkeys(one.text for one in held))[:_EXAMPLES],
        sessions=tuple(one.session_id for one in held[:_SESSIONS]),
    )
