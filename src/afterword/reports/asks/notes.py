"""What a reader of the asks must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.wording import counted, percent

if TYPE_CHECKING:
    from afterword.reports.asks.effects import Effect
    from afterword.reports.asks.report import AsksReport

_WHAT: Final = {
    "came_back": "came back within 30 days",
    "next_negative": 'rated the next session "not what I needed"',
}


# Chance drew who is asked; who comes back and rates again it did not draw.
_VERDICTS: Final = {
    "came_back": "asking made a difference",
    "next_negative": "a difference, among those who came back and rated",
}


def notes_of(report: AsksReport, n_left_out: int) -> tuple[str, ...]:
    """Say how many answered, what withdrawn means, and whether asking changed anything."""
    granted = sum(row.n_granted for row in report.rows)
    if not granted and not n_left_out:
        return ("Nobody was asked about the sessions of this window.",)
    shown = sum(row.shown.count for row in report.rows)
    answered = sum(row.answered.count for row in report.rows)
    told = f"{counted(answered, 'answer')} to {counted(shown, 'ask')} shown"
    rate = percent(answered / shown if shown else None)
    found = [
        f"{told} ({rate}), of {granted:,} granted.",
        "Withdrawn: the user went on, so that the moment was wrong; it is nobody's refusal.",
    ]
    if n_left_out:
        left_out = f"{counted(n_left_out, 'value')} of {report.by} left out"
        found.append(f"{left_out}: fewer than {LEAST_PEOPLE} people.")
    if report.one_in is not UNSET:
        found.append(f"What followed on asks is counted for one in {report.one_in} people.")
    if report.effects is not UNSET:
        found += [_effect(one) for one in report.effects]
    return tuple(found)


def _effect(one: Effect) -> str:
    what = _WHAT[one.what]
    if one.difference is None or one.low is None or one.high is None:
        return (
            f"Whether asking changes who {what}: not enough data ({one.asked.n:,} sessions asked"
            f" about, {one.left_out.n:,} left out by chance)."
        )
    shares = f"{percent(one.asked.share)} after an ask, {percent(one.left_out.share)} without"
    doubt = f"between {100 * one.low:+.1f} and {100 * one.high:+.1f} points"
    is_told = one.low > 0 or one.high < 0
    verdict = _VERDICTS[one.what] if is_told else "no difference is shown"
    return f"Who {what}: {shares} ({doubt}): {verdict}."
