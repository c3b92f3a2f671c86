"""How long a silence must be: learnt from pauses, so that few who are asked go on.

docs/explanation/silence.md has the derivation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.day_pauses import MOST_GROUPS
from afterword.domain.evidence import upper
from afterword.domain.learnt import Silence
from afterword.domain.pauses import Pauses, edges

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from afterword.domain.day_pauses import DayPauses
    from afterword.domain.policy import Policy

LEAST_SESSIONS: Final = 100
ENOUGH_SESSIONS: Final = 2_000  # older days add nothing but what was
LEAST_DAYS: Final = 7
MOST_DAYS: Final = 90
TOLERANCE: Final = 0.01  # the share may lie above its bound by this much, and no more with 95 %
_WORTH: Final = 1.1  # a change by less than a tenth is none
_Key = tuple[str | None, str | None]


def learn_silences(
    days: Sequence[DayPauses], policy: Policy, known: Sequence[Silence], now_us: int
) -> tuple[Silence, ...]:
    """Learn how long a silence must be, for each channel and agent, each channel, and the project.

    Args:
        days: The last days, newest first.
        policy: Gives the bounds.
        known: What was learnt before; a value that differs by less than a tenth stays.
        now_us: Server time.

    Returns:
        One for each group of at least 100 sessions, nearer ones first; none where the broader
        group's is as long, or longer by less than a tenth.
    """
    before = {(one.channel, one.agent): one for one in known}
    found: dict[_Key, Silence] = {}
    for key_of in (_by_project, _by_channel, _by_agent):
        groups = _gather(days, key_of, policy)
        largest = sorted(groups, key=lambda key: (-groups[key].n_sessions, str(key)))
        for key in sorted(largest[:MOST_GROUPS], key=str):
            seconds = learn_silence(groups[key], policy)
            if seconds is None:
                continue
            one = _kept(_silence(key, seconds, groups[key], now_us), before.get(key))
            if one is before.get(key) or not _is_covered(one, _broader(found, key)):
                found[key] = one
    return tuple(reversed(found.values()))


def learn_silence(pauses: Pauses, policy: Policy) -> int | None:
    """Find the shortest silence after which few enough go on, in seconds.

    From the longest downwards, each is tried that is shorter, until one fails: the first that did
    not fail has its bound without a correction for how many were tried.

    Returns:
        From ``idle_least`` to ``session_gap``, where silence asks nobody; None below 100 sessions.

    References: Angelopoulos et al. (2022), Learn then Test, arXiv 2110.01052, section 4.2
        (fixed sequence testing).
    """
    if pauses.reached(policy.idle_least)[0] < LEAST_SESSIONS:
        return None
    found = policy.session_gap
    for seconds in edges(policy.idle_least, policy.session_gap - 1):
        if not _is_rare(*pauses.reached(seconds), policy.resumed_most):
            break
        found = seconds
    return found


def _is_rare(n_asked: int, n_resumed: int, most: float) -> bool:
    is_few = n_resumed <= most * n_asked
    return is_few and upper(n_resumed, n_asked) <= most + TOLERANCE


def _gather(
    days: Sequence[DayPauses], key_of: Callable[[str, str], _Key], policy: Policy
) -> dict[_Key, Pauses]:
    found: dict[_Key, Pauses] = {}
    for age, day in enumerate(days[:MOST_DAYS]):
        has_enough = {
            key
            for key, pauses in found.items()
            if age >= LEAST_DAYS and pauses.reached(policy.idle_least)[0] >= ENOUGH_SESSIONS
        }
        parts = [(key_of(one.channel, one.agent), one.pauses) for one in day.groups]
        if key_of is _by_project:
            parts.append((_by_project("", ""), day.rest))
        for key, pauses in parts:
            if key not in has_enough:
                found.setdefault(key, Pauses()).merge(pauses)
    return found


def _by_agent(channel: str, agent: str) -> _Key:
    return (channel, agent)


def _by_channel(channel: str, _agent: str) -> _Key:
    return (channel, None)


def _by_project(_channel: str, _agent: str) -> _Key:
    return (None, None)


def _silence(key: _Key, seconds: int, pauses: Pauses, now_us: int) -> Silence:
    n_sessions, n_resumed = pauses.reached(seconds)
    return Silence(
        channel=key[0],
        agent=key[1],
        idle_after=seconds,
        n_sessions=n_sessions,
        n_resumed=n_resumed,
        since_us=now_us,
    )


def _broader(found: dict[_Key, Silence], key: _Key) -> Silence | None:
    channel, agent = key
    of_channel = None if agent is None else found.get((channel, None))
    return of_channel or (None if channel is None else found.get((None, None)))


def _is_covered(one: Silence, broader: Silence | None) -> bool:
    # What holds without it is as long, or a little longer.
    return broader is not None and 1 <= broader.idle_after / one.idle_after < _WORTH


def _kept(found: Silence, known: Silence | None) -> Silence:
    if known is None:
        return found
    ratio = found.idle_after / known.idle_after
    return known if 1 / _WORTH < ratio < _WORTH else found
