"""A policy as the file that would say it, each setting with what it means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from afterword.domain.bounds import BOUNDS, MOVED
from afterword.domain.learnt_words import light_line
from afterword.domain.light_hours import WhyLight
from afterword.domain.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator


def policy_toml(policy: Policy, project: str) -> str:
    """Write a policy in words and as TOML at once: what it says is what a file may say."""
    return "\n".join([*_head(policy, project), "", *_settings(policy), *_texts(policy)])


def _head(policy: Policy, project: str) -> Iterator[str]:
    day, week, silence = policy.asks_per_day, policy.asks_per_week, policy.silence_of(None, None)
    chances = ", ".join(f"{chance:.0%}" for chance in policy.back_off)
    yield f"# Policy {policy.version} of project {json.dumps(project)}."
    yield "# Every session is asked about at its end, and silence is taken for an end after"
    yield f"# {_duration(silence)}. Nobody is asked more than {day} times in 24 hours"
    yield f"# and {week} in 7 days. After 1, 2, 3 … unanswered asks in a row the chance is"
    yield f"# {chances}. Left out at random: {1 - policy.chance_of_asking:.0%}."


def _settings(policy: Policy) -> Iterator[str]:
    shipped = Policy()
    for name, bound in BOUNDS.items():
        value, default = getattr(policy, name), getattr(shipped, name)
        yield f"# {bound.means}: {bound}"
        line = f"{name} = {json.dumps(value, default=str)}"
        if name in policy.fixed or (value != default and name not in MOVED):
            yield line if value == default else f"{line}  # shipped: {json.dumps(default)}"
        else:  # where a file names it, nothing that is learnt moves it any more
            yield f"# {line}"
    yield from _learnt(policy)


def _learnt(policy: Policy) -> Iterator[str]:
    for one in policy.learnt.silences:
        names = (("channel", one.channel), ("agent", one.agent))
        where = ", ".join(
            f"{name} {value or 'none'}" for name, value in names if value is not None
        )
        went = f"{one.n_resumed:,} of {one.n_sessions:,} sessions went on after it"
        in_force = policy.silence_of(one.channel, one.agent)
        yield f"# learnt: silence of {in_force} seconds for {where or 'every session'}: {went}"
    yield from (f"# learnt: {light_line(one)}" for one in policy.light if one.why != WhyLight.SET)
    if policy.closing_at != policy.closing_threshold:
        yield f"# learnt: a message closes the talk from {policy.closing_at:.3f} on"


def _texts(policy: Policy) -> Iterator[str]:
    for locale, table in policy.texts.items():
        yield f"\n[texts.{locale}]"
        yield from (f"{name} = {_quoted(text)}" for name, text in table.items())


def _quoted(text: str) -> str:
    # What JSON quotes, TOML reads alike.
    return json.dumps(text, ensure_ascii=False)


def _duration(seconds: int) -> str:
    return f"{seconds // 60:,} min" if seconds % 60 == 0 else f"{seconds:,} s"
