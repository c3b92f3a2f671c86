"""What a reader of the gate must know beside the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.monitoring.releases.plan import How
from afterword.reports.gaps import is_clear
from afterword.reports.releases.against import Verdict
from afterword.reports.wording import LEVEL_WORDS, percent
from afterword.statistics.lines import DEFAULT_LINES

if TYPE_CHECKING:
    from afterword.monitoring.releases.answer import GateAnswer, Side
    from afterword.monitoring.releases.strata import Strata

_APART: Final = 0.05  # of response rates: worth a sentence
_MOSTLY: Final = 0.8  # of ratings, of kinds that both had


def notes_of(answer: GateAnswer, strata: Strata) -> tuple[str, ...]:
    """Say what else may be behind a difference, and what is too little to tell."""
    return tuple(
        filter(
            None, (_after(answer), _few(answer), _at(answer), _answering(answer), _kinds(strata))
        )
    )


def _after(answer: GateAnswer) -> str:
    if answer.how is not How.BEFORE_AFTER:
        return ""
    new, old = answer.candidate.name, answer.baseline.name
    return (
        f"{new} ran after {old}, not beside it: a season, a campaign or other people may make a"
        " difference too."
    )


def _few(answer: GateAnswer) -> str:
    if answer.verdict is not Verdict.CANNOT_TELL_YET:
        return ""
    lines = DEFAULT_LINES
    for side in (answer.baseline, answer.candidate):
        if side.n_rated < lines.least_ratings or side.n_raters < lines.least_raters:
            told = f"{side.n_rated:,} ratings of {side.n_raters:,} people"
            wanted = f"{lines.least_ratings} of {lines.least_raters}"
            return f"{side.name} has {told}; it takes {wanted} to say anything."
    if answer.ratings_needed is None:
        return (
            f"{answer.baseline.name} has too few ratings to tell {percent(answer.margin)} from:"
            " no number of the other one's makes up for it."
        )
    return ""


def _at(answer: GateAnswer) -> str:
    if answer.verdict is not Verdict.WORSE or is_clear(answer.negative):
        return ""
    return f'It is the share of "{LEVEL_WORDS["positive"]}" that says so.'


def _answering(answer: GateAnswer) -> str:
    new, old = answer.candidate, answer.baseline
    if new.response_rate is None or old.response_rate is None:
        return ""
    if abs(new.response_rate - old.response_rate) < _APART:
        return ""
    return (
        f"{_rate(new)} and {_rate(old)} of shown asks answered; part of a difference may be who"
        " answered."
    )


def _rate(side: Side) -> str:
    return f"{side.name}: {percent(side.response_rate)}"


def _kinds(strata: Strata) -> str:
    n = sum(sum(old) + sum(new) for old, new in strata.pairs)
    both = sum(sum(old) + sum(new) for old, new in strata.pairs if sum(old) and sum(new))
    if not n or both >= _MOSTLY * n:
        return ""
    return f"Only {percent(both / n)} of the ratings are of kinds of sessions that both had."
