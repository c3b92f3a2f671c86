"""What a replay found, in words, and what it cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from afterword.reports.wording import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS: Final = (
    (
        "What an ask that was not made then would have led to: it is taken to be answered;"
        " if_ignored counts the asks if each of them had been left unanswered instead."
    ),
    "What an ask at another moment would have led to: it is taken to end as the one then did.",
    "Visits that nothing was decided about then: they are not in the log.",
    (
        "Moments without a line of their own: a reason is logged once while it stays the same, and"
        " a pause inside a session that was shorter than idle_after of then left no line."
    ),
    (
        "How surely a message inside a session closed it: only that it did, by the threshold of"
        " then. Of a session's last message it is known."
    ),
    "How session_gap and session_cap would have cut: sessions stay as they are.",
    "Chance: each session has the draw of then, so that what differs is the rules' doing.",
)
_SHOWN: Final = 20


def words(told: dict[str, Any]) -> str:
    """Write the result for people."""
    return "\n".join(_lines(told))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    until = told["to"] or "now"
    sessions, people = counted(told["sessions"], "live session"), f"{told['people']:,}"
    yield f"{sessions}, people: {people}, {told['from']} to {until}"
    yield from _side("asked then", told["then"])
    yield from _side("would be asked", told["would_be"])
    yield f"  {told['would_be']['if_ignored']:,} if every ask not made then had been ignored"
    yield ""
    found = told["differences"]
    more = f"; the first {_SHOWN}:" if len(found) > _SHOWN else ""
    yield f"{counted(len(found), 'difference')}{more}"
    for one in found[:_SHOWN]:
        name = printable(one["session_id"], 60)
        yield f"  {one['at'][:19].replace('T', ' ')}  {name}: {_change(one)}"
    yield ""
    yield "What a replay cannot know:"
    yield from (f"  - {limit}" for limit in told["limits"])


def _side(title: str, side: dict[str, Any]) -> Iterator[str]:
    parts = ", ".join(f"{trigger} {n:,}" for trigger, n in side["by_trigger"].items())
    most = side["most_to_one_person"]
    yield f"{title}: {side['asks']:,}" + (f" ({parts})" if parts else "")
    yield f"  most to one person: {most['in_24_hours']} in 24 hours, {most['in_7_days']} in 7 days"


def _change(one: dict[str, Any]) -> str:
    then, now = ([ask["trigger"] for ask in one[side]] for side in ("then", "would_be"))
    was = f"asked at {' and '.join(then)}" if then else "not asked"
    would = f"asked at {' and '.join(now)}" if now else f"not asked ({one['reason']})"
    return f"{was}, would be {would}"
