"""One look at what a project's traffic teaches: from counts to what its policy should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.domain.caution import Tally, Watch, steer
from afterword.domain.learnt import Caution
from afterword.domain.session import Trigger
from afterword.domain.silence import learn_silences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.domain.day_pauses import DayPauses
    from afterword.domain.learnt import Learnt
    from afterword.domain.light_hours import LightHours
    from afterword.domain.memory import Memory
    from afterword.domain.policy import Policy


def look(
    policy: Policy,
    memory: Memory,
    pauses: Sequence[DayPauses],
    tallies: Mapping[Trigger, Tally] | None,
    now_us: int,
    light: tuple[LightHours, ...] | None = None,
) -> tuple[Learnt, Memory]:
    """Look once.

    Args:
        policy: In force; what the operator has set is left alone.
        memory: Where learning stands.
        pauses: Of the last days, newest first.
        tallies: Of the asks since the last tally; None where less than a week has passed.
        now_us: Server time.
        light: Hours at which asks are to be kept light; None where nobody could count them.

    Returns:
        What the policy should hold, and where learning stands after it.
    """
    learnt = policy.learnt
    if policy.moves("idle_after"):
        silences = learn_silences(pauses, policy, learnt.silences, now_us)
        learnt = replace(learnt, silences=silences)
    if light is not None and policy.moves("light_hours"):
        learnt = replace(learnt, light=light)
    tallied_us = now_us if memory.tallied_us is None else memory.tallied_us
    if tallies is not None:
        closing = tallies.get(Trigger.CLOSING_MESSAGE, Tally())
        inactivity = tallies.get(Trigger.INACTIVITY, Tally())
        learnt, memory = _steer_closing(learnt, memory, policy, closing, now_us)
        learnt, memory = _steer_inactivity(learnt, memory, policy, inactivity, now_us)
        tallied_us = now_us
    has_learnt = memory.looked_us is not None or learnt != policy.learnt
    looked_us = now_us if has_learnt else None
    return learnt, replace(memory, looked_us=looked_us, tallied_us=tallied_us)


def eligible_of(policy: Policy, n_per_week: int) -> int:
    """Give the number by which a policy decides whether a random share is left out.

    It is a new one only where that changes, and half of what began it ends it: a product near the
    line must not get a policy version each week.

    Args:
        policy: In force.
        n_per_week: Sessions a week that might have been asked about, of late.
    """
    least = policy.skip_least_per_week
    had_enough = policy.eligible_per_week >= least
    has_enough = n_per_week >= (least / 2 if had_enough else least)
    is_new = had_enough != has_enough and policy.moves("eligible_per_week")
    return n_per_week if is_new else policy.eligible_per_week


def _steer_closing(
    learnt: Learnt, memory: Memory, policy: Policy, week: Tally, now_us: int
) -> tuple[Learnt, Memory]:
    watch, caution = Watch(), Caution()
    if policy.moves("closing_threshold"):
        most = policy.closing_withdrawn_most
        watch, caution = steer(memory.closing, learnt.closing, week, most, now_us)
    return replace(learnt, closing=caution), replace(memory, closing=watch)


def _steer_inactivity(
    learnt: Learnt, memory: Memory, policy: Policy, week: Tally, now_us: int
) -> tuple[Learnt, Memory]:
    watch, caution = Watch(), Caution()
    if policy.moves("idle_after"):
        watch, caution = memory.inactivity, learnt.inactivity
        if _everywhere(learnt) != _everywhere(policy.learnt):
            # The asks came of a silence that is no longer in force: they say nothing of the new.
            watch = replace(watch, weeks=())
        else:
            most = policy.inactivity_withdrawn_most
            watch, caution = steer(watch, caution, week, most, now_us)
    return replace(learnt, inactivity=caution), replace(memory, inactivity=watch)


def _everywhere(learnt: Learnt) -> int | None:
    of_project = (one for one in learnt.silences if one.channel is None)
    return next((one.idle_after for one in of_project), None)
