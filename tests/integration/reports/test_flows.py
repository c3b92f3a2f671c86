"""The report of flows on simulated worlds, whose truth is known."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.flows.checks import Answering, Split
from afterword.reports.flows.rows import Design, Finding
from afterword.reports.render import render
from afterword.simulation import WORLDS, Settings, simulate, write_data

END_US = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp()) * 1_000_000


def made(folder, world, *, seed=1, sessions=40_000):
    """Write a world and open it."""
    settings = Settings(world=world, sessions=sessions, end_us=END_US, days=30, seed=seed)
    write_data(simulate(settings), folder)
    return History(folder / "history", None)


def helping(points):
    """Make a world in which showing what the agent can do saves so much of the negative share."""
    holdout, shown = WORLDS["null"].capability
    held, given = replace(holdout, points=points / 2), replace(shown, points=-points / 2)
    return replace(WORLDS["null"], capability=(held, given))


@pytest.fixture(scope="module")
def helped(tmp_path_factory):
    """A world in which one flow helps a lot, by chance's choice."""
    history = made(tmp_path_factory.mktemp("helped"), helping(0.16))
    yield history
    history.close()


def test_an_experiment_finds_what_the_flow_does(helped):
    """By assignment, against the people who were left alone."""
    report = run("flows", helped, Filter())
    [row] = [row for row in report.rows if row.arm == "shown"]

    assert (row.design, row.flow, row.against.baseline) == (
        Design.EXPERIMENT,
        "capabilities",
        "holdout",
    )
    assert row.against.finding is Finding.BETTER
    assert row.against.negative.always_high < 0 or row.against.positive.always_low > 0
    assert any("capabilities · arm shown is rated better" in note for note in report.notes)


def test_an_experiment_whose_split_is_not_as_planned_is_not_trusted(helped):
    """The same people, once with the split that drew them and once with another one."""
    plans = [{"capability": {"holdout": part, "shown": 1 - part}} for part in (0.5, 0.6)]
    kept, broken = (run("flows", helped, Filter(), plans=plan) for plan in plans)

    def finding(report):
        return next(row.against.finding for row in report.rows if row.arm == "shown")

    [check] = [one for one in kept.experiments if one.label == "capability"]
    assert (check.split, check.answering) == (Split.AS_PLANNED, Answering.NO_DIFFERENCE)
    assert finding(kept) is Finding.BETTER
    assert finding(broken) is Finding.NOT_TRUSTED
    assert any("do not trust this comparison" in note for note in broken.notes)
    assert not any("is rated better than" in note for note in broken.notes)
    for form in ("text", "json", "csv", "svg", "html"):
        assert render(broken, form)


def test_arms_in_which_other_people_answer_are_told(tmp_path):
    """The unhappy answer three times as readily, and one arm has many more of them."""
    world = replace(helping(0.4), shares=(0.45, 0.25, 0.3), answers=0.3, unhappy_answers=3.0)
    history = made(tmp_path, world, sessions=20_000)

    report = run("flows", history, Filter())

    [check] = [one for one in report.experiments if one.label == "capability"]
    held, shown = check.arms
    assert check.answering is Answering.DIFFERENT
    assert held.answered.share > shown.answered.share
    assert any("capability: asks are not answered alike" in note for note in report.notes)
    history.close()


def test_a_flow_without_an_arm_is_an_association(helped):
    """It says so, is compared with sessions without it, and is adjusted for what they were."""
    report = run("flows", helped, Filter())
    [row] = [row for row in report.rows if row.key == "pulse · shown"]

    assert (row.design, row.kind, row.arm) == (Design.ASSOCIATION, "survey", None)
    assert row.against.baseline == "sessions without it"
    assert row.against.adjusted.low < row.against.adjusted.value < row.against.adjusted.high
    assert any(note.startswith("Association:") for note in report.notes)


def test_in_the_null_world_nothing_is_found(tmp_path):
    """Six worlds of some twenty comparisons each: at most one of them finds something."""
    plans = {
        label: {arm.name: arm.share for arm in getattr(WORLDS["null"], label)}
        for label in ("onboarding", "capability")
    }
    n_found = n_unlike = 0
    for seed in range(6):
        history = made(tmp_path / str(seed), WORLDS["null"], seed=seed, sessions=5_000)
        report = run("flows", history, Filter(), plans=plans)
        assert [one.split for one in report.experiments] == [Split.AS_PLANNED] * 2
        n_unlike += any(one.answering is Answering.DIFFERENT for one in report.experiments)
        rows = report.rows
        told = [row.against.finding for row in rows if row.against]
        n_found += bool({Finding.BETTER, Finding.WORSE} & {*told})
        history.close()

    assert n_found <= 1
    assert n_unlike <= 2  # twelve tests at .05: three or more in 2 of 100 such runs


@pytest.mark.parametrize("form", ["text", "json", "csv", "svg", "html"])
def test_every_form_tells_experiment_from_association(helped, form):
    """In words; the picture's hollow points are dashed."""
    found = render(run("flows", helped, Filter()), form).decode().lower()

    assert "experiment" in found
    assert "association" in found
    assert form != "svg" or "stroke-dasharray" in found


def test_it_is_not_split_further(helped):
    """The error names the field."""
    with pytest.raises(InvalidField) as caught:
        run("flows", helped, Filter(), by="release")

    assert caught.value.field == "by"


def test_without_flows_it_says_so(helped):
    """Before the first session there was none."""
    report = run("flows", helped, Filter(to_us=0))

    assert report.rows == ()
    assert "No session of this window met a flow" in report.notes[0]
    for form in ("text", "json", "csv", "svg", "html"):
        assert render(report, form)
