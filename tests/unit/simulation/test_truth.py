"""The truth says what was drawn from and what came of it, and its page describes every field."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.simulation import WORLDS, simulate, truth_of, write_truth
from afterword.simulation.reasons import TEXTS, THEME_OF, THEMES
from afterword.simulation.worlds import World
from unit.simulation.cast import histories, made, settings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "simulation.md"
LEVELS = ("positive", "neutral", "negative")


@pytest.fixture(scope="module")
def told():
    """The truth of a small world with a worse release."""
    return truth_of(made("worse-release", 3_000))


def test_counts_add_up(told):
    """Every split counts every session that it is about, once."""
    realised = told["realised"]
    whole = ("by_release", "by_use_case", "by_acquisition", "by_plan", "by_night", "by_hour")
    for split in (*whole, "by_day"):
        parts = realised[split].values()

        assert sum(part["sessions"] for part in parts) == told["sessions"]
        for kind in ("experienced", "rated"):
            counts = Counter()
            for part in parts:
                counts.update(part[kind])
            assert dict(counts) == {level: realised[kind][level] for level in LEVELS}


def test_experienced_levels_are_those_of_all_sessions(told):
    """Whether they were rated or not."""
    assert sum(told["realised"]["experienced"].values()) == told["sessions"] == 3_000


def test_ratings_by_day_are_counted_one_by_one(told):
    """Counted again from the columns, a session at a time."""
    visits = made("worse-release", 3_000).visits
    counts = Counter()
    rows = zip(visits.opened_us.tolist(), visits.level.tolist(), visits.is_rated, strict=True)
    for opened_us, level, is_rated in rows:
        if is_rated:
            opened = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=opened_us)
            counts[opened.date().isoformat(), LEVELS[level]] += 1

    by_day = told["realised"]["by_day"]
    found = {
        (day, level): n for day, one in by_day.items() for level, n in one["rated"].items() if n
    }
    assert found == dict(counts)


def test_change_is_the_day_from_which_the_release_was_worse(told):
    """With what it was before and after, and what ended it."""
    assert told["change"] == {
        "release": "v42",
        "at": "2025-10-21T00:00:00Z",
        "from_shares": {"positive": 0.65, "neutral": 0.25, "negative": 0.10},
        "to_shares": {"positive": 0.58, "neutral": 0.25, "negative": 0.17},
        "negative_odds_ratio": pytest.approx(0.17 / 0.83 / (0.10 / 0.90)),
        "recovered_by": "v43",
        "recovered_at": "2025-11-10T00:00:00Z",
    }


@pytest.mark.parametrize("world", ["steady", "churn", "null"])
def test_worlds_without_a_change_say_so(world):
    """No release was worse."""
    assert truth_of(made(world, 500))["change"] is None


def test_chances_by_release_and_use_case_average_to_the_release(told):
    """Weighted by how often each use case comes."""
    drawn = told["drawn_from"]
    shares = {name: one["share"] for name, one in drawn["points"]["use_case"].items()}
    for release in drawn["releases"]:
        for level in LEVELS:
            mean = sum(
                share * release["by_use_case"][name][level] for name, share in shares.items()
            )

            assert mean == pytest.approx(release["shares"][level])


def test_those_who_left_are_named_with_their_last_session(told):
    """And nobody else."""
    simulation = made("worse-release", 3_000)
    visits, names = simulation.visits, simulation.names()
    expected = {
        names[visits.person[places[0]]]: visits.opened_us[places[-1]] // 1_000_000
        for places in histories(simulation)
        if visits.is_last[places[-1]]
    }

    assert told["left"] == expected
    assert told["realised"]["people_who_left"] == len(expected)


def test_own_theme_is_heard_of_its_release_only(told):
    """Where nobody has one, nobody says it."""
    themes = told["realised"]["reasons"]["themes_by_release"]

    assert [release for release, counts in themes.items() if counts["forgets"]] == ["v42"]


def test_every_text_has_one_theme():
    """So that a judge can tell what a reason is about."""
    texts = [text for _, theme_texts in THEMES.values() for text in theme_texts]

    assert len(set(texts)) == len(TEXTS) == len(THEME_OF)
    assert max(len(text.split()) for text in texts) <= 30


def test_truth_is_json(tmp_path, told):
    """What is written is what was told."""
    write_truth(made("worse-release", 3_000), tmp_path / "truth.json")

    assert json.loads((tmp_path / "truth.json").read_text()) == told


def test_empty_days_have_no_chance():
    """No session is no share of nothing."""
    by_day = truth_of(simulate(settings("null", 5)))["realised"]["by_day"]

    assert {one["expected_negative"] for one in by_day.values() if not one["sessions"]} == {None}


def _fields(told, path=""):
    # Names of releases, days, texts and the like are data, not fields.
    for name, value in told.items():
        yield name
        if isinstance(value, dict) and not name.startswith(("by_", "left", "themes", "points")):
            yield from _fields(value, f"{path}{name}.")


def test_page_describes_every_field_and_every_world(told):
    """Fields of the truth, worlds, and the parameters of a world."""
    page = PAGE.read_text()
    words = {
        word for code in re.findall(r"`([^`\n]+)`", page) for word in re.split(r"[ .,{}]", code)
    }
    release = told["drawn_from"]["releases"][0]

    assert sorted({*_fields(told), *release} - words) == []
    assert sorted(set(WORLDS) - words) == []
    assert sorted(set(World.__struct_fields__) - words) == []
