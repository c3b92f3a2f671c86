"""The report of releases on simulated worlds, whose truth is known."""

from datetime import UTC, datetime

import pytest

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.history.named_filters import parse_where
from afterword.reports import run
from afterword.reports.render import render
from afterword.simulation import WORLDS, Settings, simulate, write_data

END_US = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp()) * 1_000_000


def made(folder, world, *, seed=1, sessions=40_000, days=90):
    """Write a world and open it."""
    settings = Settings(
        world=WORLDS[world], sessions=sessions, end_us=END_US, days=days, seed=seed
    )
    write_data(simulate(settings), folder)
    return History(folder / "history", None)


def verdicts(history, **options):
    """Give each release's verdict."""
    rows = run("releases", history, Filter(), **options).rows
    return {row.key: row.against and str(row.against.verdict) for row in rows}


@pytest.fixture(scope="module")
def worse(tmp_path_factory):
    """A world in which v42 is worse, and v43 as good as before."""
    history = made(tmp_path_factory.mktemp("worse"), "worse-release")
    yield history
    history.close()


def test_the_worse_release_is_found_and_no_other(worse):
    """The one after it is better than it; against the first one it is not."""
    assert verdicts(worse) | {"v40": None} == {
        "v40": None,
        "v41": "cannot_tell_yet",
        "v42": "worse",
        "v43": "better",
    }
    assert verdicts(worse, compare="v40") | {"v42": "worse"} == {
        "v40": None,
        "v41": "cannot_tell_yet",
        "v42": "worse",
        "v43": "cannot_tell_yet",
    }


def test_the_difference_is_the_worlds_and_not_the_mixs(worse):
    """Seven points more negatives among the same kinds of sessions; each way to adjust agrees."""
    [row] = [row for row in run("releases", worse, Filter()).rows if row.key == "v42"]
    found = row.against

    assert found.negative.low < 0.07 < found.negative.high
    assert found.mix.crude == pytest.approx(found.mix.within + found.mix.mix, abs=1e-12)
    assert abs(found.mix.mix) < 0.01
    assert found.mix.stratified.value == pytest.approx(found.negative.difference, abs=0.01)
    assert found.mix.standardised.value == pytest.approx(found.negative.difference, abs=0.01)
    assert found.win.high < 0.5


def test_in_the_null_world_no_release_is_called_worse(tmp_path):
    """Eight worlds of three comparisons each: at most one of them finds something."""
    n_found = 0
    for seed in range(8):
        history = made(tmp_path / str(seed), "null", seed=seed, sessions=4_000, days=21)
        n_found += bool({"worse", "better"} & {*verdicts(history).values()})
        history.close()

    assert n_found <= 1


@pytest.mark.parametrize("by", ["model", "prompt_version", "model,prompt_version"])
@pytest.mark.parametrize("form", ["text", "csv", "svg", "html"])
def test_models_and_prompts_are_releases_too(worse, by, form):
    """In every form; the pair has its own column of each."""
    assert b"p-8" in render(run("releases", worse, Filter(), by=by), form) or by == "model"


@pytest.mark.parametrize(
    ("options", "field"), [({"by": "channel"}, "by"), ({"compare": "v99"}, "compare")]
)
def test_what_is_no_release_is_refused_by_name(worse, options, field):
    """The error names the field, and those there are."""
    with pytest.raises(InvalidField, match=r"v40|prompt_version") as caught:
        run("releases", worse, Filter(), **options)

    assert caught.value.field == field


def test_one_release_has_nothing_to_stand_against(worse):
    """Its ratings are there; nothing is compared, in any form."""
    chosen = Filter(where=parse_where(["release:v42"]))
    report = run("releases", worse, chosen)

    [row] = report.rows
    assert row.n_rated > 0
    assert row.against is None
    for form in ("text", "json", "csv", "svg", "html"):
        assert render(report, form)
