"""What a reader of the asks must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.asks.table import KEY_WORDS
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.wording import counted, percent, span

if TYPE_CHECKING:
    from afterword.reports.asks.effects import Effect
    from afterword.reports.asks.report import AsksReport
    from afterword.reports.asks.rows import AskRow
    from afterword.reports.parts import Part

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
        told = f"counted for one in {report.one_in} people"
        found.append(f"What followed on asks, and who wants none, is {told}.")
    if report.effects is not UNSET:
        found += [_effect(one) for one in report.effects]
    if report.stopped is not UNSET and report.stopped.n:
        found.append(_stopped(report.stopped))
    found += [told for row in report.rows for told in _moment(row)]
    return tuple(found)


def _stopped(part: Part) -> str:
    share, doubt = percent(part.share), span(part.low, part.high)
    told = f"{share} ({doubt} %)" if doubt else f"{part.count:,}"
    return (
        f"{told if part.count else 'None'} of {part.n:,} people who came had said \"Don't ask me"
        ' again" before; who said it and never came again is not counted.'
    )


def _moment(row: AskRow) -> list[str]:
    part, most = row.withdrawn_of_ended, row.withdrawn_most
    if most is None or part.low is None or part.high is None:
        return []
    asked = f"Asked {KEY_WORDS.get(row.key, row.key)}, {percent(part.share)} went on"
    borne = f"{percent(most)} that the weekly control bears"
    if part.low > most:
        return [f"{asked}: more than the {borne}, which makes it more careful."]
    side = "less than the" if part.high < most else "not surely on either side of the"
    return [f"{asked}: {side} {borne}."]


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
