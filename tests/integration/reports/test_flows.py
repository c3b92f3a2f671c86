"""The report of flows on simulated worlds, whose truth is known."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
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
    n_found = 0
    for seed in range(6):
        history = made(tmp_path / str(seed), WORLDS["null"], seed=seed, sessions=5_000)
        rows = run("flows", history, Filter()).rows
        told = [row.against.finding for row in rows if row.against]
        n_found += bool({Finding.BETTER, Finding.WORSE} & {*told})
        history.close()

    assert n_found <= 1


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
