"""The rewriter on a real journal: files catch up, and nothing is lost on the way."""

import fcntl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from afterword.history import Filter, History, Rewriter
from afterword.history.files import day_files, day_folder
from afterword.history.questions.ratings import ratings
from afterword.journal import Journal, days
from afterword.journal.tables import SESSIONS
from history_cast import (
    DAY_US,
    FIRST,
    FIRST_US,
    count,
    day_at,
    plain,
    rated,
    store,
    tell,
    world,
)
from postgres_harness import ON_POSTGRESQL

LEAD = """
import sys
from afterword.journal import Journal
journal = Journal.open(url=sys.argv[1])
print(journal.lead(), flush=True)
sys.stdin.readline()
"""
AT_MOST = 30.0  # seconds after which a thread that should have acted counts as stuck


class Interrupted:
    """A journal to which something happens just before its next write begins."""

    def __init__(self, journal, happening):
        self._journal = journal
        self._happenings = [happening]
        self.read = journal.read
        self.lead, self.is_leading = journal.lead, journal.is_leading

    @contextmanager
    def write(self):
        while self._happenings:
            self._happenings.pop()()
        with self._journal.write() as connection:
            yield connection


def lacking(journal):
    """Give the ids of the rows that files lack."""
    with journal.read() as connection:
        return sorted(
            session.id
            for dirty in days.dirty_days(connection, "default")
            for _, session in days.changed_sessions(
                connection, "default", dirty.day, dirty.written
            )
        )


def live(sessions):
    """Keep what a default filter counts."""
    return [session for session in sessions if session.environment == "production"]


@pytest.mark.parametrize("seed", range(3))
def test_files_answer_as_the_overlay_did(journal, directory, history, rewriter, seed):
    """Before, after, and without the journal, every count is the one made by hand."""
    sessions = world(seed, n=150)
    tell(journal, sessions)
    expected = count(live(sessions))
    assert ratings(history, Filter()) == expected

    assert rewriter.run_once() == len({day_at(session) for session in sessions})

    assert lacking(journal) == []
    assert ratings(history, Filter()) == ratings(History(directory, None), Filter()) == expected


def test_a_day_that_is_written_is_not_written_again(journal, rewriter):
    """Only days that lag behind cost anything."""
    tell(journal, [plain(1), plain(2, at_us=FIRST_US + DAY_US)])

    assert [rewriter.run_once(), rewriter.run_once()] == [2, 0]


def test_a_late_rating_changes_its_old_day(journal, directory, history, rewriter):
    """At once through the overlay, then in the file; its other days are not touched."""
    tell(journal, [plain(1), plain(2, at_us=FIRST_US + 6 * DAY_US)])
    rewriter.run_once()
    tell(journal, [rated(plain(1), "negative")])

    (seen,) = ratings(history, Filter())
    assert (seen.n_sessions, seen.negative) == (2, 1)
    assert rewriter.run_once() == 1
    (kept,) = ratings(History(directory, None), Filter())
    assert (kept.n_sessions, kept.negative) == (2, 1)


def test_a_change_while_a_day_is_written_keeps_its_mark(journal, directory, history):
    """The file lacks it, so the row stays in the overlay until the next round."""
    tell(journal, [plain(1), plain(2)])
    busy = Interrupted(journal, lambda: tell(journal, [rated(plain(2), "positive")]))

    Rewriter(directory, busy).run_once()

    assert ratings(History(directory, None), Filter())[0].n_rated == 0
    assert lacking(journal) == ["c-2~1"]
    assert ratings(history, Filter())[0].n_rated == 1
    assert Rewriter(directory, journal).run_once() == 1
    assert ratings(History(directory, None), Filter())[0].n_rated == 1


def test_a_crash_before_the_mark_goes_loses_nothing(journal, directory, history):
    """The file is there and the mark too: the row is counted once, and the day written again."""
    tell(journal, [plain(1)])

    def crash():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Rewriter(directory, Interrupted(journal, crash)).run_once()

    assert len(day_files(directory, "default")) == 1
    assert ratings(history, Filter())[0].n_sessions == 1
    assert Rewriter(directory, journal).run_once() == 1


def test_days_that_the_journal_does_not_know_are_left_alone(journal, directory, history, rewriter):
    """Simulated and restored days stay, beside those of the journal, also after a rebuild."""
    store(directory, [plain(7, at_us=FIRST_US - 9 * DAY_US)])
    tell(journal, [plain(1)])
    rewriter.run_once()
    assert rewriter.rebuild("default", FIRST)

    assert ratings(history, Filter())[0].n_sessions == 2


def test_a_lost_history_is_rebuilt_from_the_journal(journal, directory, history, rewriter):
    """Marking a day brings back what was deleted, from the overlay at once."""
    sessions = world(4, n=60)
    tell(journal, sessions)
    rewriter.run_once()
    for file in day_files(directory, "default"):
        file.path.unlink()
    with journal.write() as connection:
        for day in days.days(connection, "default"):
            days.mark_day(connection, "default", day)

    assert ratings(history, Filter()) == count(live(sessions))
    rewriter.run_once()
    assert ratings(History(directory, None), Filter()) == count(live(sessions))


def test_a_day_whose_sessions_are_all_gone_has_no_file(journal, directory, history, rewriter):
    """What was erased is nowhere."""
    tell(journal, [plain(1), plain(2, at_us=FIRST_US + DAY_US)])
    rewriter.run_once()
    with journal.write() as connection:
        days.mark_day(connection, "default", FIRST)
        connection.execute(SESSIONS.delete().where(SESSIONS.c.conversation_id == "c-1"))

    assert rewriter.run_once() == 1
    assert not day_folder(directory, "default", FIRST).exists()
    assert ratings(history, Filter())[0].n_sessions == 1


def test_a_damaged_file_is_written_anew(journal, directory, history, rewriter):
    """The question that met it marks its day; its answer is whole already."""
    tell(journal, [plain(1), plain(2)])
    rewriter.run_once()
    (file,) = day_files(directory, "default")
    file.path.write_bytes(file.path.read_bytes()[:100])

    assert ratings(history, Filter())[0].n_sessions == 2
    assert rewriter.run_once() == 1
    assert ratings(History(directory, None), Filter())[0].n_sessions == 2


def test_one_process_writes_at_a_time(journal, directory, rewriter):
    """Where another holds the lock nothing is done, and what it misses stays marked."""
    tell(journal, [plain(1)])
    with directory.with_suffix(".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert rewriter.run_once() == 0

    assert lacking(journal) == ["c-1~1"]
    assert rewriter.run_once() == 1


def test_a_day_that_cannot_be_written_does_not_keep_the_others(journal, directory, rewriter):
    """The error is told at the end; the day stays marked."""
    tell(journal, [plain(1), plain(2, at_us=FIRST_US + DAY_US)])
    folder = day_folder(directory, "default", FIRST)
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")

    with pytest.raises(OSError, match="day=2026-11-01"):
        rewriter.run_once()

    assert lacking(journal) == ["c-1~1"]


def test_what_a_killed_rewriter_left_is_swept(journal, directory, rewriter):
    """Half-written files do not pile up."""
    tell(journal, [plain(1)])
    folder = day_folder(directory, "default", FIRST)
    folder.mkdir(parents=True)
    (folder / "sessions.parquet.77.tmp").write_bytes(b"half")

    rewriter.run_once()

    assert [entry.name for entry in folder.iterdir()] == ["sessions.parquet"]


def test_the_thread_writes_when_ten_thousand_rows_have_changed(journal, directory):
    """It does not wait for the minute to end."""
    tell(journal, [plain(number) for number in range(10_000)])
    is_clearing = Event()
    rewriter = Rewriter(directory, Interrupted(journal, is_clearing.set), look_every=0.01)
    rewriter.start()

    assert is_clearing.wait(AT_MOST)
    rewriter.stop()
    assert lacking(journal) == []


def test_the_thread_stops_when_told_and_starts_again(journal, directory):
    """Stopping waits for no minute; what is left stays marked."""
    rewriter = Rewriter(directory, journal)
    for _ in range(2):
        rewriter.start()
        rewriter.stop()

    assert "afterword-rewriter" not in [thread.name for thread in threading.enumerate()]


def test_readers_never_miss_a_row_while_files_are_written(journal, history, rewriter):
    """Whatever is renamed and cleared meanwhile, every question counts every session once."""
    n = 400
    sessions = [plain(number, at_us=FIRST_US + number % 4 * DAY_US) for number in range(n)]
    tell(journal, sessions)
    told = [rated(session, "positive") for session in sessions]

    def write():
        for start in range(0, n, 16):
            tell(journal, told[start : start + 16])
            rewriter.run_once()

    writer = Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        (cell,) = ratings(history, Filter())
        seen.append((cell.n_sessions, cell.n_rated))
    writer.join()

    assert {n_sessions for n_sessions, _ in seen} == {n}
    assert seen == sorted(seen)
    assert ratings(history, Filter())[0].n_rated == n


def test_questions_from_many_threads_agree(journal, history, rewriter):
    """One history serves every thread of a server."""
    sessions = world(5, n=120)
    tell(journal, sessions[:100])
    rewriter.run_once()
    tell(journal, sessions)
    found = []

    def ask():
        found.append([ratings(history, Filter(), by) for by in (None, "release")])

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = [
        count(live(sessions)),
        count(live(sessions), lambda session: session.release or "unknown"),
    ]
    assert found == [expected] * 6


@ON_POSTGRESQL
def test_another_server_writes_once_the_one_that_led_is_dead(journal, rewriter, database_url):
    """Until then it leaves the files alone."""
    tell(journal, [plain(1)])
    leader = subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", LEAD, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert leader.stdout.readline() == "True\n"

    assert rewriter.run_once() == 0
    leader.kill()
    leader.communicate()
    while not journal.lead():
        time.sleep(0.01)  # until the database has seen it
    assert rewriter.run_once() == 1


@ON_POSTGRESQL
def test_who_no_longer_leads_does_not_say_that_a_day_is_written(
    journal, directory, history, database_url, caplog
):
    """Another one may have written a newer file meanwhile: the day is written once more."""
    tell(journal, [plain(1)])
    other = Journal.open(url=database_url)

    def overtake():
        journal.resign()
        tell(other, [rated(plain(1), "negative")])
        assert other.lead()

    Rewriter(directory, Interrupted(journal, overtake)).run_once()

    assert "another server led" in caplog.text
    assert lacking(journal) == ["c-1~1"]
    assert ratings(history, Filter())[0].negative == 1
    other.close()
    assert Rewriter(directory, journal).run_once() == 1
    assert ratings(History(directory, None), Filter())[0].negative == 1
