"""``afterword monitor replay`` from outside: daily counts in, alarms and their story out."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from cli_harness import afterword, answer
from stream_cast import MONDAY, TRUTH, even_days, realistic_days

HEADER = "date,positive,neutral,negative"


@pytest.fixture
def counts(tmp_path):
    """Give a function that writes a file of counts and gives its path."""

    def write(*lines):
        path = tmp_path / "counts.csv"
        path.write_text("\n".join(map(str, lines)) + "\n")
        return path

    return write


def rows(days, *, has_people=False):
    """Write days as the file has them."""
    header = f"{HEADER},persons,m2,my,y2" if has_people else HEADER
    return [header, *(_row(day, has_people=has_people) for day in days)]


def _row(day, *, has_people):
    people = day.people
    more = (people.n_raters, people.m2, people.my, people.y2) if has_people else ()
    return ",".join(map(str, (day.date, *day.counts, *more)))


def fallen(shares=(0.5, 0.28, 0.22)):
    """Give 80 steady days and 20 worse ones."""
    rng = np.random.default_rng(1)
    after = even_days(rng, 100, shares)[80:]
    return [*even_days(rng, 80, TRUTH), *after]


def test_a_fall_is_told_with_its_day_its_size_and_what_could_be_seen(counts):
    """As JSON."""
    told = answer("monitor", "replay", counts(*rows(fallen())))

    (alarm,) = told["alarms"]
    assert alarm["direction"] == "worse"
    assert alarm["since"] == str(MONDAY + timedelta(80)) <= alarm["date"]
    assert alarm["before"]["negative"]["high"] < 0.13 < alarm["after"]["negative"]["low"]
    assert (alarm["ended"], told["countdown"]) == (None, None)
    assert (told["baseline"]["version"], told["baseline"]["n_days"]) == (1, 56)
    assert told["baseline"]["effect_source"] == "days"
    assert set(told["days_to_notice"]) == {"3", "5", "7"}
    assert told["days_to_notice"]["7"]["median"] <= 4


def test_a_fall_reads_well(counts):
    """As text."""
    told = afterword("monitor", "replay", counts(*rows(fallen()))).stdout.decode()

    assert "counts.csv: 20,000 ratings on 100 days, 2024-01-01 to 2024-04-09" in told
    assert "1 alarm:" in told
    assert "worse since 2024-03-21" in told
    assert "not what I needed 10 % (" in told
    assert "3 points of helpful turned into not what I needed: half of the time within" in told


def test_a_rise_is_told_as_better(counts):
    """With the same words."""
    told = answer("monitor", "replay", counts(*rows(fallen((0.8, 0.15, 0.05)))))

    assert [one["direction"] for one in told["alarms"]] == ["better"]


def test_person_sums_give_the_design_effect(counts):
    """As they stand in the file."""
    days = realistic_days(np.random.default_rng(2), 90)

    told = answer("monitor", "replay", counts(*rows(days, has_people=True)))

    assert told["baseline"]["effect_source"] == "people"
    assert told["baseline"]["design_effect"] > 1.3
    assert told["alarms"] == []


def test_young_streams_count_down(counts):
    """No baseline, no alarm, and how much is missing."""
    path = counts(HEADER, "2026-01-01,1,0,0", "2026-01-02,0,0,9")

    told = answer("monitor", "replay", path)
    text = afterword("monitor", "replay", path).stdout.decode()

    assert (told["alarms"], told["baseline"], told["days_to_notice"]) == ([], None, None)
    assert told["countdown"] == {"days": 54, "ratings": 90}
    assert "at least 54 more days with ratings and 90 more ratings" in text
    assert answer("monitor", "replay", counts(HEADER))["countdown"]["days"] == 56


def test_gaps_are_no_evidence_and_a_stream_that_stops_is_said(counts):
    """Absent days, and rows of zeros, are alike."""
    days = even_days(np.random.default_rng(3), 200)
    kept = [day for i, day in enumerate(days) if i < 120 and i % 10]
    stopped = [f"{day.date},0,0,0" for day in days[120:]]

    path = counts(*rows(kept), *stopped)

    assert answer("monitor", "replay", path)["alarms"] == []
    text = afterword("monitor", "replay", path).stdout.decode()
    assert f"No ratings since {days[119].date}, for 80 days" in text
    assert "7 points of helpful turned into not what I needed: not within a year" in text


def test_streams_share_a_budget_and_an_act_begins_a_new_baseline(counts):
    """Both are options."""
    path = counts(*rows(fallen()))

    shared = answer("monitor", "replay", path, "--streams", 50)
    rebased = answer("monitor", "replay", path, "--rebase-after", MONDAY + timedelta(90))

    assert shared["alarm_level"] == 50 * 365
    assert rebased["baseline"] is None
    assert rebased["countdown"]["days"] == 47
    assert rebased["alarms"][0]["ended"] == str(MONDAY + timedelta(90))


GOOD = "2026-01-02,5,3,2"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([HEADER, GOOD, GOOD], "line 3, column date: 2026-01-02 stands there twice"),
        ([HEADER, GOOD, "2026-01-01,5,3,2"], "line 3, column date: 2026-01-01 stands after"),
        ([HEADER, "2026-02-30,5,3,2"], "line 2, column date: '2026-02-30' is no day"),
        ([HEADER, "02/01/2026,5,3,2"], "line 2, column date: '02/01/2026' is no day"),
        ([HEADER, "20260101,5,3,2"], "line 2, column date: '20260101' is no day"),
        ([HEADER, GOOD, "2026-01-03,5,-3,2"], "line 3, column neutral: -3 is less than nothing"),
        ([HEADER, "2026-01-03,5,3,2.5"], "line 2, column negative: '2.5' is no whole number"),
        ([HEADER, "2026-01-03,,3,2"], "line 2, column positive: '' is no whole number"),
        ([HEADER, "2026-01-03,٣,3,²"], "line 2, column negative: '²' is no whole number"),
        ([HEADER, f"2026-01-03,{'9' * 5000},3,2"], "line 2, column positive: 9999999999"),
        ([HEADER, "2026-01-03,5,3"], "line 2, column date: the row has more or fewer fields"),
        ([HEADER, "2026-01-03,5,3,2,1"], "line 2, column date: the row has more or fewer fields"),
        (["date,positive,negative", "2026-01-03,5,3"], "line 1: no column neutral"),
        ([f"{HEADER},colour", f"{GOOD},red"], "line 1: no column is called colour"),
        ([f"{HEADER},persons,m2", f"{GOOD},9,9"], "line 1: no column my, y2"),
        ([f"{HEADER},negative", f"{GOOD},9"], "line 1: a column stands there twice"),
        ([f"{HEADER},persons", f"{GOOD},11"], "line 2, column persons: 11 cannot have given 10"),
        ([f"{HEADER},persons", f"{GOOD},0"], "line 2, column persons: 0 cannot have given 10"),
        ([f"{HEADER},persons,m2,my,y2", f"{GOOD},5,19,4,2"], "column m2: 19 is not between 20"),
        ([f"{HEADER},persons,m2,my,y2", f"{GOOD},5,26,4,1"], "column y2: 1 is not between 2"),
        ([f"{HEADER},persons,m2,my,y2", f"{GOOD},5,26,1,2"], "column my: 1 is not between 2"),
        ([""], "line 1: no column date"),
    ],
)
def test_a_fault_is_named_by_line_and_column(counts, lines, told):
    """Exit code 2, and nothing else is printed."""
    done = afterword("monitor", "replay", counts(*lines), "--json", expect=2)

    assert told in done.stderr.decode()
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_every_fault_is_named_at_once(counts):
    """Ten of them, and how many more."""
    bad = [f"2026-01-{day:02},1,1,x" for day in range(1, 16)]

    told = afterword("monitor", "replay", counts(HEADER, *bad), expect=2).stderr.decode()

    assert told.count("column negative") == 10
    assert "and 5 more" in told


def test_files_that_are_none_are_refused(tmp_path):
    """Not there, a folder, and bytes of another encoding."""
    other = tmp_path / "utf16.csv"
    other.write_bytes("date,positive,neutral,negative\n2026-01-01,ä,1,1".encode("utf-16"))

    for path, told in (
        (tmp_path / "none.csv", "No such file"),
        (tmp_path, "directory"),
        (other, "UTF-8"),
    ):
        assert told in afterword("monitor", "replay", path, expect=2).stderr.decode()


def test_a_table_from_a_spreadsheet_is_read(tmp_path):
    """A byte-order mark, other line ends, columns in another order, spaces."""
    path = tmp_path / "sheet.csv"
    path.write_bytes("\ufeffnegative, date, neutral, positive\r\n2, 2026-01-01, 3, 5\r\n".encode())

    assert answer("monitor", "replay", path)["n_rated"] == 10
