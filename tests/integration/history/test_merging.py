"""Merging a day's changes into its file, on a real journal."""

import random

import pyarrow.parquet as pq
import pytest

from afterword.history import Filter, History
from afterword.history.files import day_files, write_day
from afterword.history.questions.ratings import ratings
from afterword.history.schema import rows
from afterword.journal import days
from afterword.journal.tables import SESSIONS
from history_cast import DAY_US, FIRST, FIRST_US, count, plain, rated, store, tell, world


def kept(directory):
    """Give rating and release of each session, as the only day file holds them."""
    (file,) = day_files(directory, "default")
    table = pq.read_table(file.path, columns=["session_id", "rating", "release"])
    return {row["session_id"]: (row["rating"], row["release"]) for row in table.to_pylist()}


def ten():
    """Make ten sessions of one day."""
    return [plain(number, release="v1") for number in range(10)]


def test_what_did_not_change_is_taken_from_the_file(journal, directory, rewriter):
    """A change of one session costs its day one row of the journal."""
    tell(journal, ten())
    rewriter.run_once()
    table = rows([plain(number, release="told apart") for number in range(10)])
    write_day(directory, "default", FIRST, table)
    tell(journal, [rated(plain(3, release="v2"), "negative")])

    rewriter.run_once()

    assert kept(directory) == {
        f"c-{number}~1": ("negative", "v2") if number == 3 else (None, "told apart")
        for number in range(10)
    }


@pytest.mark.parametrize("harm", ["lost", "halved", "emptied", "old", "another day's"])
def test_a_file_that_is_not_the_journals_is_written_whole(journal, directory, rewriter, harm):
    """Lost, damaged, of an older version or with rows of somebody else: it is not merged into."""
    tell(journal, ten())
    rewriter.run_once()
    (file,) = day_files(directory, "default")
    if harm == "lost":
        file.path.unlink()
    elif harm == "halved":
        file.path.write_bytes(file.path.read_bytes()[:900])
    elif harm == "emptied":
        file.path.write_bytes(b"")
    elif harm == "old":
        pq.write_table(pq.read_table(file.path).drop_columns(["n_revisions"]), file.path)
    else:
        store(directory, [plain(number) for number in range(70, 90)])
    tell(journal, [rated(plain(3, release="v1"), "negative")])

    rewriter.run_once()

    assert kept(directory) == {
        f"c-{number}~1": ("negative" if number == 3 else None, "v1") for number in range(10)
    }
    assert rewriter.run_once() == 0


def test_a_day_of_which_much_has_changed_is_read_whole(journal, directory, rewriter):
    """Half of the rows: what is in the file is not looked at."""
    tell(journal, ten())
    rewriter.run_once()
    write_day(directory, "default", FIRST, rows([plain(1, release="told apart")]))
    tell(journal, [rated(session, "positive") for session in ten()[:6]])

    rewriter.run_once()

    assert kept(directory) == {
        f"c-{number}~1": ("positive" if number < 6 else None, "v1") for number in range(10)
    }


@pytest.mark.parametrize("seed", range(4))
def test_many_small_merges_end_where_one_write_does(journal, directory, rewriter, seed):
    """Whatever changes between rounds, files, overlay and a count by hand agree at each step."""
    rng = random.Random(seed)  # noqa: S311  # seeded, no secret
    held = {session.id: session for session in world(seed, n=80, n_days=3)}
    tell(journal, held.values())
    history = History(directory, journal)
    for _ in range(8):
        touched = [
            rated(session, rng.choice(["positive", "neutral", "negative"]))
            for session in rng.sample(list(held.values()), 4)
        ]
        late_us = FIRST_US + rng.randrange(3) * DAY_US
        touched.append(plain(rng.randrange(1_000, 9_000), at_us=late_us))
        held |= {session.id: session for session in touched}
        tell(journal, touched)
        live = [one for one in held.values() if one.environment == "production"]

        assert ratings(history, Filter()) == count(live)
        if rng.random() < 0.7:
            rewriter.run_once()
            assert ratings(History(directory, None), Filter()) == count(live)
    history.close()


def test_a_session_that_is_gone_leaves_its_file(journal, directory, rewriter):
    """No row of the day has changed, yet the day has: it is written whole."""
    tell(journal, ten())
    rewriter.run_once()
    with journal.write() as connection:
        days.raise_versions(connection, "default", {days.as_number(FIRST)})
        connection.execute(SESSIONS.delete().where(SESSIONS.c.conversation_id == "c-3"))

    assert rewriter.run_once() == 1
    assert sorted(kept(directory)) == [f"c-{n}~1" for n in range(10) if n != 3]
