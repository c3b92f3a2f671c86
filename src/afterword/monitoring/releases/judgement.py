"""The verdict on a release: a pure function of counts, sums over people and strata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.monitoring.releases.budget import ALPHA
from afterword.reports.gaps import Bounded, Gap, bounded, differences, gap_of
from afterword.reports.releases.against import Verdict, verdict_of
from afterword.reports.report import View
from afterword.statistics.levels import agreement
from afterword.statistics.lines import DEFAULT_LINES, is_enough
from afterword.statistics.matching import like_with_like
from afterword.statistics.sample_sizes import POINTS
from afterword.statistics.shares import NotEstimable
from afterword.statistics.superiority import OrdinalSums, win_probability
from afterword.statistics.waiting import Aim, ratings_to_wait_for

if TYPE_CHECKING:
    from afterword.domain.counts import Cell, SharedPersons
    from afterword.monitoring.releases.strata import Strata
    from afterword.statistics.differences import Difference

_ENDS: Final = (0, 2)  # helpful, not what I needed: both are judged


class Question(NamedTuple):
    """What is asked of a release."""

    margin: float = POINTS  # by which it may be worse, in shares
    alpha: float = ALPHA  # the chance that it is ever wrongly called worse
    do_both_grow: bool = False  # the baseline goes on beside it

    @property
    def view(self) -> View:
        """How differences are bounded."""
        return View(confidence_level=1 - self.alpha)


class Judgement(NamedTuple):
    """What the ratings say; gaps are candidate minus baseline, like with like."""

    verdict: Verdict
    positive: Gap
    neutral: Gap
    negative: Gap
    win: Bounded
    ratings_needed: int | None  # None: it is settled, or no number suffices or can be told yet


def judge(
    baseline: Cell,
    candidate: Cell,
    strata: Strata,
    both: SharedPersons | None,
    question: Question,
) -> Judgement:
    """Judge a release by the bounds that hold at every look.

    A release is worse at one end or the other. The bounds of each hold on both sides with a chance
    of 1 - alpha, at any number of looks, so that one which is no worse is called worse with a
    chance of alpha at most.

    Args:
        baseline: The ratings that it stands against.
        candidate: Its own.
        strata: The same ratings by kind of session.
        both: Products over people who rated both.
        question: What is asked.
    """
    view = question.view
    crude = differences(baseline, candidate, both, agreement([baseline, candidate]), view)
    found = [_matched(one, strata, place, view) for place, one in enumerate(crude)]
    # Only "worse" is an alarm: alpha / 2 above each of the two ends makes alpha.
    positive, neutral, negative = (gap_of(one, view, n_judged=1) for one in found)
    enough = all(is_enough(one, DEFAULT_LINES) for one in (baseline, candidate))
    verdict = Verdict.NOT_ENOUGH_RATINGS
    if enough:
        verdict = verdict_of(positive, neutral, negative, margin=question.margin)
    win = win_probability(
        OrdinalSums.of(baseline), OrdinalSums.of(candidate), confidence_level=1 - question.alpha
    )
    needed = None
    if verdict in (Verdict.CANNOT_TELL_YET, Verdict.NOT_ENOUGH_RATINGS):
        needed = _needed([found[place] for place in _ENDS], candidate, question)
    return Judgement(verdict, positive, neutral, negative, bounded(win), needed)


def _matched(
    crude: Difference | NotEstimable, strata: Strata, place: int, view: View
) -> Difference | NotEstimable:
    if isinstance(crude, NotEstimable):
        return crude
    return like_with_like(crude, strata.at(place), confidence_level=view.confidence_level)


def _needed(
    found: list[Difference | NotEstimable], candidate: Cell, question: Question
) -> int | None:
    aim = Aim(question.margin, 1 - question.alpha)
    n_rated, least = candidate.n_rated, DEFAULT_LINES.least_ratings - candidate.n_rated
    needed = [max(least, 0)]
    for one in found:
        if isinstance(one, NotEstimable):
            return None
        more = ratings_to_wait_for(one, n_rated, aim, do_both_grow=question.do_both_grow)
        if isinstance(more, NotEstimable):
            return None
        needed.append(more)
    return max(needed)
