"""The gate's answer as text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from afterword.monitoring.releases.plan import How
from afterword.reports.releases.table import VERDICT_WORDS
from afterword.reports.wording import LEVEL_WORDS, LEVELS, counted, percent, points, printable

if TYPE_CHECKING:
    from afterword.monitoring.releases.answer import GateAnswer, Side
    from afterword.reports.gaps import Gap

_WIDTH: Final = 96
_NAME: Final = 40  # letters
_HOW: Final = {
    How.CANARY: "side by side, on the days that both ran",
    How.BEFORE_AFTER: "before and after",
}
_LIKE: Final = {
    "day": "day",
    "week": "week",
    "weekend": "weekday or weekend",
    "trigger": "moment of asking",
    "use_case": "use case",
}


def words_of(answer: GateAnswer) -> str:
    """Write it: the verdict first, then what it rests on."""
    new, old = (printable(one.name, _NAME) for one in (answer.candidate, answer.baseline))
    told = [f"{new} against {old}: {VERDICT_WORDS[answer.verdict]}{_wait(answer)}"]
    if answer.how is not None:
        told += ["", *_figures(answer), "", *_basis(answer)]
    return "\n".join([*told, *(line for note in answer.notes for line in _wrapped(note))])


def _wait(answer: GateAnswer) -> str:
    if answer.ratings_needed is None:
        return ""
    told = f"; about {counted(answer.ratings_needed, 'more rating')}"
    if answer.days_needed is None:
        return told
    return f"{told}, {counted(answer.days_needed, 'day')} at this rate"


def _figures(answer: GateAnswer) -> list[str]:
    width = max(map(len, LEVEL_WORDS.values()))
    return [
        f"  {LEVEL_WORDS[level]:<{width}}  {percent(getattr(answer.candidate, level)):>5} against"
        f" {percent(getattr(answer.baseline, level)):>5}  {_gap(getattr(answer, level))}"
        for level in LEVELS
    ]


def _gap(gap: Gap) -> str:
    if gap.difference is None:
        return ""
    told = f"{points(gap.difference):>5} points"
    if gap.always_low is None or gap.always_high is None:
        return told
    return f"{told} ({points(gap.always_low)} to {points(gap.always_high)} at every look)"


def _basis(answer: GateAnswer) -> list[str]:
    like = ", ".join(_LIKE[one] for one in answer.stratified_by)
    how = "" if answer.how is None else _HOW[answer.how]
    return [
        *_wrapped(f"{how}; like with like by {like}"),
        *(f"  · {_side(one)}" for one in (answer.candidate, answer.baseline)),
        *_wrapped(
            f"not worse: by less than {100 * answer.margin:g} points at both ends; wrongly called"
            f" worse at any look: {100 * answer.alpha:.2g} %"
        ),
    ]


def _side(side: Side) -> str:
    days = f"{side.first_day} to {side.last_day}"
    rated = f"{counted(side.n_rated, 'rating')} of {counted(side.n_raters, 'person')}"
    answered = f"{percent(side.response_rate)} of shown asks answered"
    return f"{printable(side.name, _NAME)}: {days}, {rated}, {answered}"


def _wrapped(note: str) -> list[str]:
    return textwrap.wrap(printable(note), _WIDTH, initial_indent="  · ", subsequent_indent="    ")
