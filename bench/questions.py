"""How long a question takes on a million sessions, and how soon it shows a new rating.

The question of ratings, whole path (overlay, file list, Ibis, DuckDB, cells), against queries that
a person would write for DuckDB on the same files: one that answers with the same counts, sums over
people included, and one that leaves those sums out. All are run in turn; medians are compared.
Then a rating is committed to a journal whose overlay holds 1, 1,000 and 10,000 changed sessions
spread over all days, and the clock runs until the question shows it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import duckdb
from msgspec.structs import replace

from afterword.domain.events import Rating, Source
from afterword.domain.session import CloseReason, RatingRecord, Session, Trigger
from afterword.history import Filter, History
from afterword.history.questions.ratings import ratings
from afterword.journal import Journal, days
from afterword.journal.projects import load_project
from afterword.journal.sessions import Saved, day_of, save_sessions
from session_rows import FIRST_DAY, write_days

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_RATIO = 1.5
MOST_SECONDS = 1.0
OVERLAYS = (1, 1_000, 10_000)
_DAY_US = 86_400_000_000

_FILES = "read_parquet('{directory}/project=default/day=*/sessions.parquet')"
_COUNTS = """
    count(*) AS n_sessions, count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(rating) FILTER (closed_at IS NOT NULL) AS n_rated_closed,
    count(*) FILTER (is_unasked) AS n_unasked,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
"""
PLAIN = f"SELECT {_COUNTS} FROM {_FILES} WHERE environment = 'production'"  # noqa: S608  # constants
WITH_PEOPLE = f"""
WITH people AS (
  SELECT person_key, {_COUNTS} FROM {_FILES} WHERE environment = 'production' GROUP BY person_key
)
SELECT sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_rated),
  sum(n_rated_closed), sum(n_unasked), sum(positive), sum(neutral), sum(negative),
  count(*) FILTER (n_rated > 0), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative)
FROM people
"""  # noqa: S608  # constants


def main() -> None:
    """Run both parts and print what they found; exit 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "history"
        started = time.perf_counter()
        write_days(directory, given.sessions, given.days)
        size = sum(path.stat().st_size for path in directory.rglob("*.parquet")) / 1e6
        print(
            f"{given.sessions:,} sessions in {given.days} day files, {size:.0f} MB,"
            f" written in {time.perf_counter() - started:.1f} s"
        )
        is_good = _measure_question(directory, given.repeats)
        for n_changed in OVERLAYS:
            is_good &= _measure_freshness(directory, given, n_changed)
    sys.exit(0 if is_good else 1)


def _measure_question(directory: Path, repeats: int) -> bool:
    history = History(directory, None)
    database = duckdb.connect(":memory:")
    plain, with_people = (sql.format(directory=directory) for sql in (PLAIN, WITH_PEOPLE))
    _check(history, database.execute(with_people).fetchall()[0])
    seconds = _interleave(
        repeats,
        {
            "question": lambda: ratings(history, Filter()),
            "by hand": lambda: database.execute(with_people).fetchall(),
            "by hand, without people": lambda: database.execute(plain).fetchall(),
            "question by week": lambda: ratings(history, Filter(), "week"),
            "question by release": lambda: ratings(history, Filter(), "release"),
        },
    )
    for name, held in seconds.items():
        print(f"  {name:26}{median(held) * 1000:8.1f} ms (best {min(held) * 1000:.1f})")
    ratio = median(seconds["question"]) / median(seconds["by hand"])
    without = median(seconds["question"]) / median(seconds["by hand, without people"])
    print(f"  ratio {ratio:.2f} (bar {MOST_RATIO}); to the query without people {without:.2f}")
    return ratio <= MOST_RATIO


def _check(history: History, row: tuple[int, ...]) -> None:
    (cell,) = ratings(history, Filter())
    people = cell.persons
    counts = (cell.n_sessions, cell.n_closed, cell.n_shown, cell.n_answered, cell.n_rated)
    levels = (cell.n_rated_closed, cell.n_unasked, cell.positive, cell.neutral, cell.negative)
    found = (*counts, *levels, people.n_raters, people.m2, *people.my, *people.y2)
    if found != row:
        msg = f"the question answers {found}, the query {row}"
        raise AssertionError(msg)


def _interleave(repeats: int, tasks: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def _measure_freshness(directory: Path, given: argparse.Namespace, n_changed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder))
        history = History(directory, journal)
        step = given.sessions // n_changed
        changed = [_session(number, given) for number in range(0, given.sessions, step)]
        _commit(journal, changed[:n_changed])
        before = ratings(history, Filter())[0]
        seconds = []
        for place in range(5):
            rated = _rate(changed[place * n_changed // 5])
            _commit(journal, [rated] if n_changed > 1 else [_rate(changed[0], place)])
            committed = time.perf_counter()
            while (now := ratings(history, Filter())[0]).persons == before.persons:
                pass
            seconds.append(time.perf_counter() - committed)
            before = now
        steady = _interleave(5, {"same": lambda: ratings(history, Filter())})["same"]
        history.close()
        journal.close()
    worst, usual, again = (
        value * 1000 for value in (max(seconds), median(seconds), median(steady))
    )
    print(
        f"  {n_changed:6,} changed: a commit shows after {usual:.0f} ms (worst {worst:.0f},"
        f" bar {MOST_SECONDS * 1000:.0f}); asked again {again:.0f} ms"
    )
    return max(seconds) < MOST_SECONDS


def _session(number: int, given: argparse.Namespace) -> Session:
    # The same ids and days as in the files: each takes the place of its row there.
    per_day = given.sessions / given.days
    at_us = (days.as_number(FIRST_DAY) + int(number / per_day)) * _DAY_US + 1
    return Session(
        project="default",
        conversation_id=f"c-{number:08d}",
        number=1,
        opened_us=at_us,
        first_us=at_us,
        last_us=at_us + 240_000_000,
        closed_us=at_us + 2_040_000_000,
        close_reason=CloseReason.SILENCE,
        user_id=f"u-{number}",
        release="v42",
        use_case="billing",
        traits={"plan": "pro", "country": "DE"},
        n_user=4,
        n_agent=4,
        user_words=80,
        agent_words=210,
    )


def _rate(session: Session, n_revisions: int = 0) -> Session:
    levels = list(Rating)
    record = RatingRecord(
        rating=levels[n_revisions % len(levels)],
        rated_us=session.last_us,
        source=Source.WIDGET,
        trigger=Trigger.INACTIVITY,
        n_revisions=n_revisions,
    )
    return replace(session, rating=record)


def _commit(journal: Journal, sessions: list[Session]) -> None:
    with journal.write() as connection:
        load_project(connection, "default", 0)
        versions = days.raise_versions(connection, "default", {day_of(one) for one in sessions})
        save_sessions(connection, [Saved(one, None, versions[day_of(one)]) for one in sessions])


if __name__ == "__main__":
    main()
