"""Day files minus plus an overlay: what a question sees."""

import logging

import pytest
from msgspec.structs import replace

from afterword.errors import JournalInUse
from afterword.history import Filter, History
from afterword.history.files import write_day
from afterword.history.questions.ratings import ratings
from afterword.history.schema import rows
from history_cast import DAY_US, FIRST, FIRST_US, count, day_at, plain, rated, store, world


class FakeOverlay:
    """Changed rows held in a list; remembers which days it was told are damaged."""

    def __init__(self, sessions=()):
        self.sessions = list(sessions)
        self.damaged = []
        self.known = {}  # day: its sessions, which come back when its file is damaged

    def table(self, project, columns):
        held = [session for session in self.sessions if session.project == project]
        return rows(held, {*columns, "environment", "session_id", "day", "opened_at"})

    def damage(self, project, day):
        self.damaged.append((project, day))
        self.sessions += self.known.get(day, [])


class BusyOverlay(FakeOverlay):
    """A journal that cannot be written now."""

    def damage(self, project, day):
        raise JournalInUse(f"{day} of {project} cannot be marked")


def live(sessions):
    """Keep what a default filter counts."""
    return [session for session in sessions if session.environment == "production"]


@pytest.fixture
def directory(tmp_path):
    """The history's folder."""
    return tmp_path / "history"


@pytest.mark.parametrize("seed", range(5))
def test_changed_rows_stand_for_those_of_the_files(directory, seed):
    """A changed row is counted once, as it is now; a new one joins; the rest stays."""
    old = world(seed, n=150)
    later = [rated(session, "negative") for session in old[::3]]
    new = [replace(session, conversation_id=f"n-{session.id}") for session in old[:40]]
    store(directory, old)
    history = History(directory, None, overlay=FakeOverlay([*later, *new]))

    now = [*{session.id: session for session in [*old, *later, *new]}.values()]
    assert ratings(history, Filter()) == count(live(now))
    assert ratings(history, Filter(), "day") == count(live(now), lambda s: day_at(s).isoformat())


@pytest.mark.parametrize("seed", range(3))
def test_an_overlay_answers_as_the_files_do_once_it_is_written(directory, seed):
    """Nothing depends on where a row is."""
    sessions = world(seed, n=150)
    fresh = History(directory / "a", None, overlay=FakeOverlay(sessions))
    store(directory / "b", sessions)
    written = History(directory / "b", None)

    for by in (None, "week", "release", "trait.plan", "label.arm", "trigger"):
        assert ratings(fresh, Filter(), by) == ratings(written, Filter(), by)


def test_a_row_that_left_the_filter_is_not_counted_by_its_file(directory):
    """The old row of a changed session is taken out before the filter looks."""
    session = plain(1, release="v41")
    store(directory, [session])
    history = History(directory, None, overlay=FakeOverlay([replace(session, release="v42")]))

    assert [cell.key for cell in ratings(history, Filter(), "release")] == ["v42"]
    assert ratings(history, Filter(where=(("release", "v41"),)))[0].n_sessions == 0


def test_days_without_changes_are_left_as_they_are(directory):
    """A day that no journal knows keeps its rows beside one that does."""
    store(directory, [plain(1), plain(2, at_us=FIRST_US + DAY_US)])
    history = History(directory, None, overlay=FakeOverlay([rated(plain(1), "positive")]))

    (cell,) = ratings(history, Filter())
    assert (cell.n_sessions, cell.n_rated) == (2, 1)


def break_file(path, how):
    """Damage a file the way disks and crashes do."""
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "empty": b"",
            "half": whole[:middle],
            "no parquet": b"these are not the rows you are looking for",
            "wrong bytes": whole[:4] + b"\xff" * (middle - 4) + whole[middle:],
        }[how]
    )


DAMAGES = ["empty", "half", "no parquet", "wrong bytes"]


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_file_is_left_out_with_a_warning(directory, caplog, how):
    """The question is answered from the other days; the file is named once; its day is marked."""
    store(directory, [plain(number, at_us=FIRST_US + number * DAY_US) for number in range(3)])
    broken = directory / "project=default" / f"day={FIRST}" / "sessions.parquet"
    break_file(broken, how)
    overlay = FakeOverlay()
    history = History(directory, None, overlay=overlay)

    with caplog.at_level(logging.WARNING):
        found = [ratings(history, Filter())[0].n_sessions for _ in range(3)]

    assert found == [2, 2, 2]
    assert overlay.damaged == [("default", FIRST)]
    assert [str(broken) in record.getMessage() for record in caplog.records] == [True]
    assert broken.exists()


def test_the_journals_rows_stand_in_for_a_damaged_file_at_once(directory):
    """The first answer is already whole: marking the day brings its rows into the overlay."""
    session = plain(1)
    store(directory, [session])
    break_file(directory / "project=default" / f"day={FIRST}" / "sessions.parquet", "half")
    overlay = FakeOverlay()
    overlay.known = {FIRST: [session]}

    assert ratings(History(directory, None, overlay=overlay), Filter())[0].n_sessions == 1


def test_a_file_written_anew_is_read_again(directory):
    """Being left out is for that file as it was, not for its name."""
    store(directory, [plain(1)])
    path = directory / "project=default" / f"day={FIRST}" / "sessions.parquet"
    break_file(path, "half")
    history = History(directory, None)
    assert ratings(history, Filter())[0].n_sessions == 0

    write_day(directory, "default", FIRST, rows([plain(1), plain(2)]))

    assert ratings(history, Filter())[0].n_sessions == 2


def test_a_file_of_another_make_is_left_out(directory):
    """A column that is missing counts as damage: its rows cannot be told."""
    write_day(directory, "default", FIRST, rows([plain(1)], {"session_id", "environment"}))
    write_day(directory, "default", day_at(plain(at_us=FIRST_US + DAY_US)), rows([plain(2)]))

    assert ratings(History(directory, None), Filter())[0].n_sessions == 1


def test_a_journal_that_is_busy_does_not_break_a_question(directory, caplog):
    """The day cannot be marked now; the question is answered all the same, and says so."""
    store(directory, [plain(1), plain(2, at_us=FIRST_US + DAY_US)])
    break_file(directory / "project=default" / f"day={FIRST}" / "sessions.parquet", "half")
    history = History(directory, None, overlay=BusyOverlay())

    with caplog.at_level(logging.WARNING):
        assert ratings(history, Filter())[0].n_sessions == 1
    assert "could not be marked" in caplog.text


def test_a_question_that_is_wrong_is_an_error_and_no_damage(directory):
    """The files are looked through, found well, and the engine's error is told."""
    store(directory, [plain(1)])
    overlay = FakeOverlay()
    history = History(directory, None, overlay=overlay)

    with pytest.raises(Exception, match=r"(?i)conver"):
        history.run(("wrong",), lambda t: t.select(t.session_id.cast("int64")), Filter())
    assert overlay.damaged == []


def test_any_column_can_be_asked_for(directory):
    """A question is an Ibis expression on the whole row, its window already applied."""
    store(directory, [plain(1, traits={"plan": "pro"}), plain(2, at_us=FIRST_US + 5 * DAY_US)])
    history = History(directory, None)
    found = history.run(
        ("plans",),
        lambda t: t.select(
            t.conversation_id, plan=t.traits.get("plan"), at=t.opened_at.epoch_seconds()
        ),
        Filter(to_us=FIRST_US + DAY_US),
    )

    assert found == [("c-1", "pro", FIRST_US // 1_000_000)]


def test_a_project_or_path_with_a_quote_is_no_sql(directory):
    """Names are values everywhere."""
    odd = "o'brien"
    store(directory / odd, [plain(1, project=odd, environment=odd)])

    cells = ratings(History(directory / odd, None), Filter(project=odd, environment=odd))
    assert cells[0].n_sessions == 1


def test_a_closed_history_opens_again(directory):
    """Closing gives memory back; it is no end."""
    store(directory, [plain(1)])
    history = History(directory, None)
    history.warm()
    for _ in range(2):
        assert ratings(history, Filter())[0].n_sessions == 1
        history.close()
