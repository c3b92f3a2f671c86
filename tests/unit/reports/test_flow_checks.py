"""Whether an experiment is one: people and answers by arm, on counts made by hand."""

import pytest
from scipy.stats import chi2_contingency

from afterword.domain.ask_counts import AskSums, Outcomes
from afterword.domain.counts import Cell
from afterword.history.questions.arms import Arm
from afterword.reports.flows.check_notes import check_notes
from afterword.reports.flows.checks import Answering, Split, check
from afterword.reports.flows.experiments import Experiment
from afterword.reports.report import View

HALF = {"tour": {"holdout": 0.5, "shown": 0.5}}


def arm(name, n_people, answered=0, shown=0, *, each=1, n_mixed=0):
    """Make an arm; ``each`` of its people was asked so often, and always did the same."""
    sums = AskSums(shown * each, answered * each, answered * each)
    answers = Outcomes(shown // each, shown, answered, sums)
    return Arm(name, 0, n_people, n_mixed, answers, Cell(name))


def found(*arms, plans=HALF):
    """Check an experiment."""
    return check(Experiment("tour", "tour", "onboarding", (), arms), View(plans=plans))


def told(*arms, plans=HALF):
    """Give the sentences about it as one."""
    return " ".join(check_notes([found(*arms, plans=plans)]))


def test_a_split_as_planned_is_not_doubted():
    """A coin that fell 5,050 times in 10,000."""
    one = found(arm("holdout", 4_950), arm("shown", 5_050))

    assert one.split is Split.AS_PLANNED
    assert one.split_p > 0.05
    assert [part.share for part in one.arms] == [0.495, 0.505]
    assert "people are split as planned" in told(arm("holdout", 4_950), arm("shown", 5_050))


def test_people_who_are_missing_from_an_arm_make_it_no_experiment():
    """Five hundred of five thousand: in words that nobody can miss."""
    arms = (arm("holdout", 5_000), arm("shown", 4_500))

    assert found(*arms).split is Split.NOT_AS_PLANNED
    assert found(*arms).split_p < 0.001
    assert "the split is not as planned, do not trust this comparison" in told(*arms)


def test_a_small_holdout_is_as_planned_where_it_was_meant():
    """And the same counts are doubted where halves were meant."""
    arms = (arm("holdout", 1_010), arm("shown", 8_990))
    tenth = {"tour": {"holdout": 0.1, "shown": 0.9}}

    assert found(*arms, plans=tenth).split is Split.AS_PLANNED
    assert found(*arms).split is Split.NOT_AS_PLANNED


def test_without_a_plan_nothing_is_said_of_the_split():
    """A tenth may be what was meant; the note says where to say so."""
    one = found(arm("holdout", 100), arm("shown", 900), plans={})

    assert (one.split, one.split_p, one.arms[0].planned) == (Split.NO_PLAN, None, None)
    assert "experiments.toml" in told(arm("holdout", 100), arm("shown", 900), plans={})


def test_an_arm_in_which_nobody_came_counts_as_one():
    """Whoever broke an arm must hear of it."""
    one = found(arm("shown", 400))

    assert one.split is Split.NOT_AS_PLANNED
    assert [(part.arm, part.n_people, part.answered) for part in one.arms] == [
        ("holdout", 0, None),
        ("shown", 400, None),
    ]


def test_an_arm_that_the_plan_does_not_know_is_named_and_stays_out():
    """The others keep their proportion; a value of few people is not shown."""
    arms = (arm("holdout", 500), arm("shown", 510), arm("test", 9), arm("u-7", 1))
    one = found(*arms)

    assert one.split is Split.AS_PLANNED
    assert [part.arm for part in one.arms] == ["holdout", "shown", "test"]
    assert "experiments.toml does not know test." in told(*arms)


def test_arms_that_answer_alike_and_arms_that_do_not():
    """Against the chi-square test of a two by two table."""
    table = [(300, 1_000), (350, 1_000)]
    chi = chi2_contingency([[y, n - y] for y, n in table], correction=False)

    one = found(*(arm(name, n, y, n) for name, (y, n) in zip(("a", "b"), table, strict=True)))

    # Kruskal and Wallis's divides by n - 1, the other by n.
    assert one.answering_p == pytest.approx(chi.pvalue, rel=2e-3)
    assert one.answering is Answering.DIFFERENT
    assert "not answered alike" in told(arm("a", 1_000, 300, 1_000), arm("b", 1_000, 350, 1_000))
    assert "At least 14 % of the ratings in b" in told(
        arm("a", 1_000, 300, 1_000), arm("b", 1_000, 350, 1_000)
    )
    same = found(arm("a", 1_000, 300, 1_000), arm("b", 1_000, 310, 1_000))
    assert same.answering is Answering.NO_DIFFERENCE


def test_people_who_always_do_the_same_count_once():
    """Ten asks each, of a hundred people an arm: as if a hundred had been asked."""
    often = found(arm("a", 100, 300, 1_000, each=10), arm("b", 100, 350, 1_000, each=10))
    once = found(arm("a", 100, 30, 100), arm("b", 100, 35, 100))

    assert often.answering is Answering.NO_DIFFERENCE
    assert often.answering_p == pytest.approx(once.answering_p, abs=0.01)


def test_few_asks_tell_nothing():
    """Nine asks, or four people: no verdict, and no share that points at somebody."""
    one = found(arm("a", 900, 3, 9), arm("b", 900, 30, 100), arm("c", 4, 0, 100, each=25))

    assert (one.answering, one.answering_p) == (Answering.NOT_ENOUGH, None)
    assert one.arms[0].answered.count == 3
    assert found(arm("b", 9), arm("c", 9, 2, 100, each=25), plans={}).arms[1].answered is None


def test_people_who_come_to_both_arms_are_told():
    """One in a hundred is worth a sentence, one in a thousand is not."""
    assert "10 people came to more than one arm" in told(
        arm("a", 500, n_mixed=10), arm("b", 500), plans={}
    )
    assert "more than one arm" not in told(arm("a", 5_000, n_mixed=5), arm("b", 5_000), plans={})
