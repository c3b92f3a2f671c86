"""What a reader of an experiment must know before its ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.flows.checks import Answering, Split
from afterword.reports.wording import counted, percent, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.reports.flows.checks import ArmCheck, Check

_MANY: Final = 0.01  # of the people, in more than one arm: worth a sentence
_NAMES_AT_MOST: Final = 40


def check_notes(checks: Iterable[Check]) -> tuple[str, ...]:
    """Say whether people were split as planned, and whether the arms answer alike."""
    return tuple(
        f"{printable(one.label, _NAMES_AT_MOST)}: {told}"
        for one in checks
        for told in (*_split(one), *_mixed(one), *_answering(one))
    )


def p_words(p: float) -> str:
    """Write a p-value."""
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"  # noqa: PLR2004  # what is shown


def _split(found: Check) -> list[str]:
    if found.split_p is None:
        people = _listed(
            f"{counted(one.n_people, 'person')} in {_name(one)}" for one in found.arms
        )
        told = f"{people}; whether they are split as planned can be checked once experiments.toml"
        return [f"{told} says how."]
    shares = _listed(
        f"{one.n_people:,} in {_name(one)} ({percent(one.planned)} planned)"
        for one in found.arms
        if one.planned is not None
    )
    unknown = [_name(one) for one in found.arms if one.planned is None]
    others = [f"experiments.toml does not know {_listed(unknown)}."] if unknown else []
    p = p_words(found.split_p)
    if found.split is Split.AS_PLANNED:
        return [f"people are split as planned ({p}): {shares}.", *others]
    told = f"the split is not as planned, do not trust this comparison ({p}): {shares}"
    return [f"{told}. People or their sessions went missing from an arm.", *others]


def _mixed(found: Check) -> list[str]:
    n_people = sum(one.n_people for one in found.arms)
    n_mixed = sum(one.n_mixed for one in found.arms)
    if n_mixed < _MANY * n_people or not n_mixed:
        return []
    told = f"{counted(n_mixed, 'person')} came to more than one arm"
    return [f"{told}, which blurs what the arms do where it stays with people."]


def _answering(found: Check) -> list[str]:
    if found.answering_p is None:
        return []
    rates = _listed(
        f"{percent(one.answered.share)} in {_name(one)}" for one in found.arms if one.answered
    )
    p = p_words(found.answering_p)
    if found.answering is Answering.DIFFERENT:
        told = f"asks are not answered alike in the arms ({p}): {rates}"
        return [f"{told}. {_others(found)}"]
    return [f"asks are answered alike in the arms as far as can be told ({p}): {rates}."]


def _others(found: Check) -> str:
    # Lee (2009), Review of Economic Studies 76: whoever answers in one arm alone.
    rates = {_name(one): one.answered.share or 0.0 for one in found.arms if one.answered}
    least, most = min(rates, key=rates.__getitem__), max(rates, key=rates.__getitem__)
    part = percent(1 - rates[least] / rates[most])
    return f"At least {part} of the ratings in {most} are of people who would not rate in {least}."


def _name(arm: ArmCheck) -> str:
    return printable(arm.arm, _NAMES_AT_MOST)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
