"""What was learnt, in words: all of it, or only what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.domain.learnt import Caution, Learnt, Silence
    from afterword.domain.light_hours import LightHours

_MOST_TOLD: Final = 3  # in a marker, which is one line


def lines(learnt: Learnt) -> list[str]:
    """Say all that was learnt, a line each, without its dates."""
    cautions = ((learnt.closing, "closing messages"), (learnt.inactivity, "silence"))
    found = [_silence_line(one) for one in learnt.silences]
    found += [_caution_line(one, name) for one, name in cautions if one.since_us]
    return found + [light_line(one) for one in learnt.light]


def light_line(one: LightHours) -> str:
    """Say which hours are kept light, and why."""
    return f"light on {one} ({one.why.replace('_', ' ')})"


def news(before: Learnt, after: Learnt) -> str:
    """Say in one line what is new; empty where nothing is."""
    known = set(lines(before))
    told = [line for line in lines(after) if line not in known]
    told += [f"{_where(one)} has too few sessions" for one in _gone(before, after)]
    told += [f"no longer {light_line(one)}" for one in before.light if one not in after.light]
    left = len(told) - _MOST_TOLD
    more = f"; {left} more" if left > 0 else ""
    return "; ".join(told[:_MOST_TOLD]) + more


def _gone(before: Learnt, after: Learnt) -> Iterator[Silence]:
    kept = {(one.channel, one.agent) for one in after.silences}
    return (one for one in before.silences if (one.channel, one.agent) not in kept)


def _silence_line(one: Silence) -> str:
    went_on = f"{one.n_sessions:,} sessions, {one.n_resumed:,} went on"
    return f"{_where(one)} {one.idle_after:,} s ({went_on})"


def _where(one: Silence) -> str:
    if one.channel is None:
        return "silence"
    agent = "" if one.agent is None else f", {one.agent or 'no agent'}"
    return f"silence on {one.channel or 'no channel'}{agent}"


def _caution_line(one: Caution, name: str) -> str:
    steps = "no step" if not one.step else f"{one.step} step{'s' if one.step > 1 else ''}"
    return f"{name} {steps} of caution ({one.n_asks:,} asks, {one.n_withdrawn:,} withdrawn)"
