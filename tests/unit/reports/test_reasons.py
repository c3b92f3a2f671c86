"""The report of reasons: on sessions made by hand, and on worlds whose truth is known."""

import pytest

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.reasons import report as module
from afterword.reports.render import FORMATS, render
from afterword.simulation import WORLDS, Settings, simulate, write_data
from history_cast import DAY_US, FIRST_US, plain, rated, store

USUAL = ["that was quick", "clear and easy to follow", "done in two minutes"]
WRONG = ["the numbers were wrong", "wrong answer, twice", "that is not true at all"]


@pytest.fixture
def reported(tmp_path):
    """Report on sessions that are kept in day files."""
    opened = []

    def made(sessions, chosen=None, **options):
        store(tmp_path / "history", sessions)
        opened.append(History(tmp_path / "history", None))
        return run("reasons", opened[-1], chosen or Filter(), **options)

    yield made
    for history in opened:
        history.close()


def said(texts, level, *, n=30, start=0, day=0, people=None, **facts):
    """Make rated sessions with reasons, each of its own person unless told."""
    return [
        rated(
            plain(
                start + at,
                at_us=FIRST_US + day * DAY_US + at,
                user_id=f"u-{start + at if people is None else at % people}",
                **facts,
            ),
            level,
            reason=texts[at % len(texts)],
        )
        for at in range(n)
    ]


def test_levels_have_their_themes_and_phrases(reported):
    """A theme with its people, examples and sessions; what tells the level is found."""
    found = reported(said(USUAL, "positive") + said([*WRONG, "hm"], "negative", start=100))
    themes = {(row.level, row.text): row for row in found.rows if row.kind == "theme"}
    wrong = themes["negative", "wrong"]

    assert found.rows[0].level == "negative"
    assert 20 <= wrong.n_people < wrong.n_givers == 30
    assert wrong.low < wrong.share < wrong.high
    assert wrong.than_levels.q < 0.01
    assert set(wrong.examples) == set(WRONG)
    assert 1 <= len(wrong.sessions) <= 5
    assert ("positive", "quick") in themes
    assert ("positive", "wrong") not in themes
    phrases = [row for row in found.rows if row.kind == "phrase"]
    assert any("wrong" in row.text for row in phrases if row.level == "negative")
    assert all(row.than_levels.q <= 0.05 for row in phrases)


def test_what_is_new_is_named(reported):
    """Said in the later half and not in the first."""
    slow = ["loading for a minute, then nothing", "so slow that I gave up"]
    found = reported(
        said(WRONG, "negative", n=60)
        + said(WRONG, "negative", n=30, start=100, day=9)
        + said(slow, "negative", n=30, start=200, day=9)
    )
    by_release = reported(
        said(WRONG, "negative", n=60, release="v1")
        + said(slow, "negative", n=40, start=100, release="v2"),
        by="release",
    )

    assert {row.text for row in found.rows if row.is_new} >= {"slow"}
    assert not any(row.is_new for row in found.rows if row.text == "wrong")
    assert "Said more than before 2026-11-06" in " ".join(found.notes)
    new = {(row.key, row.text) for row in by_release.rows if row.is_new and row.kind == "theme"}
    assert {("v1", "wrong"), ("v2", "slow")} <= new
    assert not {("v1", "slow"), ("v2", "wrong")} & new


def test_what_four_people_say_stands_in_no_row(reported):
    """However often they say it; their words are in no form of the report."""
    secret = ["my cat Ottokar ate the invoice"]
    found = reported(
        said(WRONG, "negative") + said(secret, "negative", n=400, start=500, people=4)
    )

    assert max(row.n_people for row in found.rows) <= 34
    assert not any("ottokar" in row.text for row in found.rows)
    for form in ("text", "csv", "html", "svg"):
        assert b"ottokar ate" not in render(found, form).lower()


def test_scripts_without_spaces_have_phrases_too(reported):
    """Two letters in a row take the place of a word."""
    found = reported(
        said(["答案是错的", "错的,没有用"], "negative") + said(["很快很好"], "positive", start=100)
    )

    assert "错的" in {row.text for row in found.rows if row.level == "negative"}


ONE_PERSON = said(WRONG, "negative", n=10_000, people=1)


@pytest.mark.parametrize(
    ("sessions", "chosen", "told"),
    [
        ([], Filter(), "Nobody has rated"),
        (said(WRONG, "negative"), Filter(to_us=FIRST_US - 1), "Nobody has rated"),
        ([rated(plain(1), "negative")], Filter(), "Nobody gave a reason"),
        (said(WRONG, "negative", n=1), Filter(), "No theme and no phrase"),
        (ONE_PERSON, Filter(), "No theme and no phrase"),
        (said(WRONG, "negative"), Filter(where=(("trait.plan", "pro"),)), "Nobody has rated"),
    ],
    ids=["empty", "before", "no reason", "one", "one person", "no trait"],
)
def test_what_is_too_little_is_said(reported, sessions, chosen, told):
    """In every form, and no row stands for it."""
    found = reported(sessions, chosen)

    assert found.rows == ()
    assert told in " ".join(found.notes)
    for form in FORMATS:
        assert render(found, form)


def test_a_dimension_of_many_values_has_few_rows(reported):
    """Those with the most people; the rest is counted in the notes."""
    split = [
        one
        for n in range(40)
        for one in said(WRONG, "negative", n=6, start=6 * n, release=f"v{n}")
    ]
    found = reported(split, by="release")

    assert len({row.key for row in found.rows}) == 10
    assert "30 values" in " ".join(found.notes)


def test_no_more_than_the_newest_are_read(reported, monkeypatch):
    """And the reader is told."""
    monkeypatch.setattr(module, "MOST", 20)
    found = reported(said(WRONG, "negative", n=25))

    assert found.n_read == 20
    assert "Only the newest 20 reasons" in " ".join(found.notes)


def test_it_is_not_split_by_time():
    """The error names the field."""
    with pytest.raises(InvalidField) as caught:
        run("reasons", None, Filter(), by="week")

    assert caught.value.field == "by"


def world_report(folder, name, seed, n=20_000, **options):
    """Report on a simulated world."""
    settings = Settings(
        world=WORLDS[name], sessions=n, days=60, seed=seed, end_us=FIRST_US + 60 * DAY_US
    )
    write_data(simulate(settings), folder)
    history = History(folder / "history", None)
    found = run("reasons", history, Filter(), **options)
    history.close()
    return found


def test_a_worse_release_s_own_theme_is_found(tmp_path):
    """People of v42 say that it forgets, and of no other release is anything new at that level."""
    found = world_report(tmp_path, "worse-release", 2, 40_000, by="release")
    new = {(row.key, row.level, row.text) for row in found.rows if row.is_new}

    assert ("v42", "negative", "repeated itself") in new
    assert {(key, level) for key, level, _ in new} == {("v42", "negative")}


def test_a_world_in_which_nothing_changes_has_nothing_new(tmp_path):
    """The seeds are fixed."""
    for seed in (1, 2):
        found = world_report(tmp_path / str(seed), "null", seed)

        assert found.rows
        assert not any(row.is_new for row in found.rows)
