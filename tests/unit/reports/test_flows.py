"""Sessions that met a flow beside those that did not, on counts made by hand."""

import pytest

from afterword.domain.counts import PersonSums
from afterword.history.questions.flows import Levels, Met
from afterword.reports.flows.associations import associations, less
from afterword.reports.flows.experiments import Experiment, experiment_rows
from afterword.reports.flows.rows import Finding
from afterword.reports.report import View
from unit.statistics.people import cell_of, strangers

# A hard and an easy kind of session, of which the flow is shown in the easy one mostly.
ALL = {("easy", False): (810, 0, 90), ("hard", False): (60, 0, 40)}
SHOWN = {("easy", False): (405, 0, 45), ("hard", False): (6, 0, 4)}


def levels(flow, step, kinds):
    """Count ratings by kind."""
    return [Levels(flow, step, "", kind, told) for kind, told in kinds.items()]


def row_of(shown, whole, kinds=SHOWN, every=ALL):
    """Report one flow with one step."""
    found = [Met("tour", "capability", "shown", "", shown)]
    told = levels("tour", "shown", kinds) + levels("", "", every)
    [row] = associations(found, told, whole, {"tour": shown.persons}, View())
    return row


def experiment(*cells):
    """Run an experiment on one flow."""
    return Experiment("onboarding", "tour", "onboarding", cells, ())


def test_what_only_comes_with_easy_sessions_is_adjusted_away():
    """Rated better on the face of it, the same like with like."""
    row = row_of(strangers(411, 0, 49), strangers(870, 0, 130))

    assert row.against.negative.difference == pytest.approx(49 / 460 - 81 / 540)
    assert row.against.adjusted.value == pytest.approx(0, abs=1e-12)
    assert row.against.finding is Finding.NONE


def test_a_difference_like_with_like_is_found():
    """Half as many negatives among the easy ones."""
    kinds = {("easy", False): (430, 0, 20), ("hard", False): (6, 0, 4)}

    row = row_of(strangers(436, 0, 24), strangers(845, 0, 155), kinds)

    assert row.against.adjusted.high < 0
    assert row.against.q < 0.05
    assert row.against.finding is Finding.BETTER


def test_what_is_left_is_everything_less_the_parts():
    """Counts, and sums over people."""
    one, other = cell_of([(2, 0, 0), (0, 0, 3)]), cell_of([(0, 1, 0), (4, 0, 1)])
    whole = cell_of([(2, 0, 0), (0, 0, 3), (0, 1, 0), (4, 0, 1)])

    found = less(whole, [one], one.persons)

    assert (found.n_rated, found.positive, found.negative) == (6, 4, 1)
    assert found.persons == PersonSums(
        n_raters=2, m2=other.persons.m2, my=other.persons.my, y2=other.persons.y2
    )


def test_few_people_are_left_out_and_few_ratings_make_no_finding():
    """Four people point at themselves; twenty ratings are too few to tell."""
    assert (
        associations(
            [Met("t", "survey", "shown", "", strangers(4, 0, 0))],
            levels("", "", ALL),
            strangers(870, 0, 130),
            {},
            View(),
        )
        == []
    )
    kinds = {("easy", False): (0, 0, 20)}

    row = row_of(strangers(0, 0, 20), strangers(870, 0, 130), kinds)

    assert row.against.finding is Finding.NOT_ENOUGH


def test_arms_stand_against_the_first_and_hold_over_all_of_them():
    """Three arms make two comparisons, of two ends each."""
    held, given = strangers(600, 200, 200, "holdout"), strangers(750, 200, 50, "shown")
    alike = strangers(600, 200, 200, "long")

    first, second, third = experiment_rows([experiment(held, given, alike)], View())
    [_, alone] = experiment_rows([experiment(held, given)], View())

    assert first.against is None
    assert (second.against.finding, third.against.finding) == (Finding.BETTER, Finding.NONE)
    assert second.against.negative.always_low < alone.against.negative.always_low
    assert [row.key for row in (first, second)] == ["tour · arm holdout", "tour · arm shown"]


def test_where_people_are_missing_from_an_arm_nothing_is_found():
    """However large the difference: the numbers stand, the finding does not."""
    found = experiment(strangers(600, 200, 200, "holdout"), strangers(750, 200, 50, "shown"))

    [_, row] = experiment_rows([found], View(), {"onboarding"})

    assert row.against.finding is Finding.NOT_TRUSTED
    assert row.against.negative.always_high < 0
