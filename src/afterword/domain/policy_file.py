"""The policy that a file says, or everything that is wrong with it at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.domain.bounds import BOUNDS, LEARNT, MOVED
from afterword.domain.light_hours import read_light_hours
from afterword.domain.own_texts import named, text_faults
from afterword.domain.policy import Policy
from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHANCES: Final = 10  # most entries of back_off
_SPANS: Final = 20  # most entries of light_hours


def policy_of(told: Mapping[str, Any], current: Policy) -> Policy:
    """Make the policy that a file says.

    Args:
        told: The file's table; what it leaves out is as shipped.
        current: The policy in force: its version and what was learnt stay.

    Returns:
        A policy with the version of ``current``; equal to it where nothing changes.

    Raises:
        SetupError: Names every setting at fault, what is wrong with it and what is allowed.
    """
    faults = [fault for name, value in told.items() for fault in _setting(name, value)]
    if faults:
        raise SetupError("; ".join(faults))
    values: dict[str, Any] = {name: _as_kept(name, value) for name, value in told.items()}
    learnt = {name: getattr(current, name) for name in LEARNT}
    fixed = tuple(name for name in MOVED if name in told)
    policy = Policy(**{"version": current.version, "fixed": fixed, **learnt, **values})
    faults = list(_contradictions(policy))
    if faults:
        raise SetupError("; ".join(faults))
    return policy


def _as_kept(name: str, value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    if name == "texts":
        return {locale.lower(): dict(table) for locale, table in value.items()}
    if name == "light_hours":
        return tuple(hours for told in value for hours in read_light_hours(told) or ())
    if name == "back_off":
        return tuple(float(chance) for chance in value)
    return msgspec.convert(value, type(getattr(Policy(), name)))  # 1 is a float's 1.0 too


def _setting(name: str, value: object) -> Iterator[str]:
    if name == "texts":
        yield from text_faults(value)
    elif name not in BOUNDS:
        known = ", the journal keeps it" if name in Policy.__struct_fields__ else ""
        yield f"{named(name)}: is no setting of a policy{known}"
    elif name == "back_off":
        yield from _back_off(value)
    elif name == "light_hours":
        yield from _light_hours(value)
    elif name == "learns":
        if not isinstance(value, bool):
            yield f"learns: must be true or false, not {_shown(value)}"
    elif not BOUNDS[name].holds(value, is_whole=isinstance(getattr(Policy(), name), int)):
        kind = "a whole number" if isinstance(getattr(Policy(), name), int) else "a number"
        yield f"{name}: must be {kind}, {BOUNDS[name]}, not {_shown(value)}"


def _back_off(value: object) -> Iterator[str]:
    bound = BOUNDS["back_off"]
    if not isinstance(value, list) or not 1 <= len(value) <= _CHANCES:
        yield f"back_off: must be a list of 1 to {_CHANCES} chances, not {_shown(value)}"
        return
    wrong = [chance for chance in value if not bound.holds(chance)]
    for chance in wrong:
        yield f"back_off: a chance must be {bound.low:g} to {bound.high:g}, not {_shown(chance)}"
    if not wrong and any(later > earlier for earlier, later in pairwise(value)):
        yield "back_off: who leaves more asks unanswered must not be asked more often"


def _light_hours(value: object) -> Iterator[str]:
    form = 'a list of hours such as "workdays 22-6", "weekends 0-9", "every day 12-14"'
    if not isinstance(value, list) or len(value) > _SPANS:
        yield f"light_hours: must be {form}, at most {_SPANS}, not {_shown(value)}"
        return
    for told in value:
        if not isinstance(told, str) or read_light_hours(told) is None:
            yield f"light_hours: must be {form}, not {_shown(told)}"


def _contradictions(policy: Policy) -> Iterator[str]:
    pairs = (
        ("idle_least", "session_gap"),
        ("idle_after", "session_gap"),
        ("session_gap", "session_cap"),
        ("asks_per_day", "asks_per_week"),
    )
    for less, more in pairs:
        if getattr(policy, less) > getattr(policy, more):
            yield f"{less}: must not be above {more}, which is {getattr(policy, more)}"


def _shown(value: object) -> str:
    told = f"{value!r:.40}"
    return told if told.isprintable() else "that"
