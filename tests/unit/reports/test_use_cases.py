"""The report of use cases: on sessions made by hand, and on worlds whose truth is known."""

from random import Random

import pytest
from msgspec.structs import replace

from afterword.domain.use_cases import Inferred
from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.render import FORMATS, render
from afterword.reports.use_cases import report as module
from afterword.simulation import WORLDS, Settings, simulate, write_data
from history_cast import DAY_US, FIRST_US, plain, rated, store

N_DAYS = 20
SHARES = {"write": 0.05, "travel": 0.1, "billing": 0.15, "analyse": 0.4}


def sessions_of(use_cases, *, n=120, seed=1, is_inferred=False, people=None):
    """Make rated sessions; ``use_cases`` gives the share of negatives of each."""
    rng = Random(seed)  # noqa: S311  # a seeded world, no secret
    made = []
    for name, share in use_cases.items():
        for _ in range(n):
            number = rng.randrange(10**9)
            at_us = FIRST_US + rng.randrange(N_DAYS * DAY_US)
            person = f"u-{number if people is None else rng.randrange(people)}"
            told = {} if is_inferred else {"use_case": name}
            one = plain(number, at_us=at_us, user_id=person, **told)
            if is_inferred:
                one = replace(one, inferred=Inferred((0, at_us, "e"), name))
            draw = rng.random()
            level = "negative" if draw < share else "neutral" if draw < share + 0.2 else "positive"
            made.append(rated(one, level))
    return made


@pytest.fixture
def reported(tmp_path):
    """Report on sessions that are kept in day files."""
    opened = []

    def made(sessions, chosen=None, **options):
        store(tmp_path / "history", sessions)
        opened.append(History(tmp_path / "history", None))
        return run("use-cases", opened[-1], chosen or Filter(), **options)

    yield made
    for history in opened:
        history.close()


def by_key(found, source="host"):
    """Find rows by their keys."""
    return {row.key: row for row in found.rows if row.source == source}


def test_the_worst_is_last_and_stands_apart(reported):
    """Shares are drawn together, raw ones stand beside them, and the note names it."""
    found = reported(sessions_of(SHARES))
    rows = by_key(found)

    assert [row.key for row in found.rows] == sorted(rows, key=lambda key: rows[key].rank.place)
    assert found.rows[-1].key == "analyse"
    assert (rows["analyse"].rank.low, rows["analyse"].rank.high) == (4, 4)
    assert rows["analyse"].shrunk.negative.share < rows["analyse"].negative.share
    assert rows["write"].shrunk.negative.share > rows["write"].negative.share
    assert rows["analyse"].rest.negative.q < 0.001
    assert rows["analyse"].rest.negative.low > 0.1
    assert sum(row.volume for row in found.rows) == pytest.approx(1)
    assert "analyse +" in found.notes[0]


def test_what_was_inferred_ranks_by_itself(reported):
    """The same use case stands twice, and neither side is compared with the other."""
    alone = reported(sessions_of(SHARES))
    inferred = {"analyse": 0.05, "code": 0.1, "talk": 0.1}
    found = reported(sessions_of(SHARES) + sessions_of(inferred, seed=2, is_inferred=True))

    for key, row in by_key(alone).items():
        both = by_key(found)[key]
        assert (both.rank, both.shrunk, both.n_rated) == (row.rank, row.shrunk, row.n_rated)
        assert both.rest.negative.difference == row.rest.negative.difference
    assert {row.rank.place for row in by_key(found, "inferred").values()} == {1, 2, 3}
    assert by_key(found, "inferred")["analyse"].negative.share < 0.2
    assert "inferred from what was said" in " ".join(found.notes)
    assert b"analyse \xc2\xb7 inferred" in render(found, "svg")


def test_a_change_is_told_of_halves_and_of_another_window(reported):
    """The later half of the time against the earlier one, unless somebody asks for another."""
    middle = FIRST_US + N_DAYS // 2 * DAY_US
    worse = [
        rated(one, "negative") if one.use_case == "write" and one.opened_us >= middle else one
        for one in sessions_of(SHARES)
    ]
    halves = reported(worse)
    later = Filter(from_us=middle, to_us=middle + N_DAYS // 2 * DAY_US)
    asked = reported(worse, later, compare="previous")

    for found in (halves, asked):
        row = by_key(found)["write"]
        assert row.change.negative.low > 0.7
        assert row.change.negative.q < 0.001
        assert by_key(found)["travel"].change.negative.q > 0.05
        assert "write worse" in " ".join(found.notes)
    assert halves.compared_with == "before 2026-11-11"
    assert by_key(asked)["write"].n_rated == by_key(asked)["write"].change.n_after
    assert by_key(halves)["write"].n_rated == 120


def test_people_who_rate_often_are_no_crowd(reported):
    """The same shares from a dozen people say less."""
    many, few = (
        by_key(reported(sessions_of(SHARES, people=people)))["analyse"] for people in (None, 12)
    )

    assert few.rest.negative.q >= many.rest.negative.q
    assert few.negative.high - few.negative.low > many.negative.high - many.negative.low


ONE_PERSON = [
    rated(plain(n, user_id="u-1", use_case="billing"), "negative") for n in range(10_000)
]
RATED_ONCE = [rated(plain(1, user_id="u-1", use_case="billing"), "negative")]
MANY_VALUES = [
    rated(plain(n, user_id=f"u-{n}", use_case=f"case {n % 500}\x00'"), "neutral")
    for n in range(3_000)
]


@pytest.mark.parametrize(
    ("sessions", "chosen", "n_rows", "told"),
    [
        ([], Filter(), 0, "No sessions in this window."),
        (sessions_of(SHARES), Filter(to_us=FIRST_US - 1), 0, "No sessions in this window."),
        ([plain(1), plain(2)], Filter(), 1, "Nobody has rated"),
        (RATED_ONCE, Filter(), 1, "without ratings|fewer than 5 people"),
        (ONE_PERSON, Filter(), 1, "fewer than 5 people"),
        (sessions_of({"billing": 1.0, "travel": 1.0, "write": 1.0}), Filter(), 3, "No use case"),
        (MANY_VALUES, Filter(), 41, 'the rest are "other"'),
        (sessions_of(SHARES), Filter(where=(("trait.plan", "pro"),)), 0, "No sessions"),
    ],
    ids=["empty", "before", "unrated", "once", "one person", "one level", "many", "no trait"],
)
def test_what_is_too_little_is_said_and_never_a_number(reported, sessions, chosen, n_rows, told):
    """In every form; no rank, no shrunk share, no finding."""
    found = reported(sessions, chosen)

    assert len(found.rows) == n_rows
    assert any(part in " ".join(found.notes) for part in told.split("|"))
    for row in found.rows:
        assert row.rank is None
        assert row.shrunk.negative.share is None
        assert (row.rest.negative.q or 1) > 0.05
    for form in FORMATS:
        assert render(found, form)


@pytest.mark.parametrize(
    ("options", "field"),
    [({"by": "release"}, "by"), ({"compare": "use_case:billing"}, "compare")],
)
def test_rows_are_use_cases(options, field):
    """The error names the field."""
    with pytest.raises(InvalidField) as caught:
        run("use-cases", None, Filter(), **options)

    assert caught.value.field == field


def world_report(folder, name, seed):
    """Report on a simulated world."""
    settings = Settings(
        world=WORLDS[name], sessions=12_000, days=60, seed=seed, end_us=FIRST_US + 60 * DAY_US
    )
    write_data(simulate(settings), folder)
    history = History(folder / "history", None)
    found = run("use-cases", history, Filter())
    history.close()
    return found


def test_a_world_s_worst_use_case_is_found(tmp_path):
    """Of the truth's points analysis has the most; it is last, and called worse."""
    found = world_report(tmp_path, "steady", 4)

    assert found.rows[-1].key == "analysis"
    assert found.rows[-1].rest.negative.q < 0.001
    assert found.rows[-1].rank.low >= len(found.rows) - 1


def test_a_world_without_differences_has_no_findings(tmp_path):
    """Neither against the others nor against before; the seeds are fixed."""
    for seed in (1, 2, 3):
        found = world_report(tmp_path / str(seed), "null", seed)
        shifts = [shift for row in found.rows for shift in (*_ends(row.rest), *_ends(row.change))]

        assert len(shifts) == 20
        assert min(shift.q for shift in shifts) > 0.05


def _ends(found):
    return found.positive, found.negative


def test_at_most_so_many_stand_alone():
    """A dimension of a million values must not make a million rows."""
    assert module.MOST == 40
