"""Opening the journal: durable, migrated once, and clear about what is wrong."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from afterword.errors import JournalUnavailable, SetupError
from afterword.journal import Journal, health
from afterword.journal.engine import FILE, HEAD
from afterword.journal.tables import EVENTS, METADATA, PROJECTS
from postgres_harness import ON_SQLITE

OPEN = """
import sys
from pathlib import Path
from afterword.journal import Journal
print("ready", flush=True)
sys.stdin.readline()
from afterword.journal.tables import PROJECTS
journal = Journal.open(Path(sys.argv[1]), sys.argv[2] or None)
with journal.write() as connection:
    connection.execute(PROJECTS.insert().values(name=sys.argv[3], salt=b"0", created_us=0))
journal.close()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request):
    """Where a journal may be made: None for a file, then an empty database."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgresql")
    with server.empty_database() as name:
        yield server.url(name)


def engine_of(folder, url):
    """Reach a journal's database without the journal."""
    if url is None:
        return sa.create_engine(f"sqlite:///{folder / FILE}")
    return sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))


def pragma(connection, name):
    """Read a PRAGMA."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@ON_SQLITE
def test_a_commit_survives_a_power_cut(journal):
    """The writer's connection syncs every commit; readers see the same."""
    with journal.write() as connection:
        assert (pragma(connection, "synchronous"), pragma(connection, "journal_mode")) == (
            2,
            "wal",
        )
        assert health.durability(connection).is_full
    with journal.read() as connection:
        assert (pragma(connection, "synchronous"), pragma(connection, "journal_mode")) == (
            2,
            "wal",
        )


def test_the_migrations_make_what_the_tables_say(journal):
    """A fresh database differs in nothing from the metadata."""
    with journal.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == HEAD
        assert health.faults(connection) == []


def test_the_newest_migration_is_the_one_we_expect():
    """A migration that is added and not named would never run."""
    settings = Config()
    settings.set_main_option("script_location", "afterword.journal:migrations")
    assert ScriptDirectory.from_config(settings).get_heads() == [HEAD]


def test_two_processes_that_open_at_once_migrate_once(tmp_path, new_database):
    """Both write afterwards; neither fails."""
    command = [sys.executable, "-c", OPEN, str(tmp_path), new_database or ""]
    opened = [
        subprocess.Popen(  # noqa: S603  # ourselves
            [*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "two", "three")
    ]
    for process in opened:
        assert process.stdout.readline() == "ready\n"
    for process in opened:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in opened:
        process.communicate()
    journal = Journal.open(tmp_path, new_database)
    with journal.read() as connection:
        names = set(connection.execute(sa.select(PROJECTS.c.name)).scalars())
    journal.close()

    assert [process.returncode for process in opened] == [0, 0, 0]
    assert names == {"one", "two", "three"}


@ON_SQLITE
def test_a_file_of_a_newer_version_is_not_touched(tmp_path, database_url):
    """Not by a byte."""
    Journal.open(tmp_path, database_url).close()
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    before = (tmp_path / FILE).read_bytes()

    with pytest.raises(SetupError, match="newer"):
        Journal.open(tmp_path, database_url)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_journal_of_a_newer_version_is_refused(journal, tmp_path, database_url):
    """The message says why."""
    with journal.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SetupError, match=r"newer Afterword.*9999"):
        Journal.open(tmp_path / "data", database_url)


def test_a_migration_that_fails_leaves_nothing(tmp_path, new_database):
    """A half-made table would stop every later start."""
    engine = engine_of(tmp_path, new_database)
    with engine.begin() as other:
        other.execute(sa.text("CREATE TABLE sessions (x INTEGER)"))

    with pytest.raises(JournalUnavailable, match=r"sessions\W* already exists"):
        Journal.open(tmp_path, new_database)
    assert sa.inspect(engine).get_table_names() == ["sessions"]
    with engine.begin() as other:
        other.execute(sa.text("DROP TABLE sessions"))
    engine.dispose()
    Journal.open(tmp_path, new_database).close()


def test_a_place_that_cannot_be_used_is_named(tmp_path):
    """A file in the way, a file of something else, no place at all, another database."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / FILE).write_bytes(b"no database at all, whatever its name" * 100)

    with pytest.raises(JournalUnavailable, match="file"):
        Journal.open(tmp_path / "file" / "deeper")
    with pytest.raises(JournalUnavailable, match="not a database"):
        Journal.open(tmp_path / "other")
    with pytest.raises(SetupError, match="Say where"):
        Journal.open()
    with pytest.raises(SetupError, match="not in mysql"):
        Journal.open(url="mysql://localhost/afterword")
    with pytest.raises(SetupError, match="URL is none"):
        Journal.open(url="afterword")
    with pytest.raises(JournalUnavailable, match=r"postgresql://me:\*\*\*@127") as caught:
        Journal.open(url="postgresql://me:hush@127.0.0.1:1/afterword")
    assert "hush" not in caught.value.detail


def test_a_url_names_a_file(tmp_path):
    """Instead of a folder."""
    journal = Journal.open(url=f"sqlite:///{tmp_path}/deep/mine.db")
    journal.close()

    assert stat.S_ISREG((tmp_path / "deep" / "mine.db").stat().st_mode)


def test_a_transaction_is_kept_whole_or_not_at_all(journal):
    """An error inside it takes everything back and goes through as it is."""

    def fail():
        with journal.write() as connection:
            connection.execute(sa.insert(PROJECTS).values(name="p", salt=b"", created_us=0))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fail()
    with journal.read() as connection:
        assert connection.execute(sa.select(PROJECTS)).all() == []


def test_an_error_of_the_driver_is_translated_and_tells_no_values(journal):
    """Whatever the database refuses is one error of ours, without what was written."""
    row = {"name": "secret-name", "salt": b"", "created_us": 0}

    def twice():
        with journal.write() as connection:
            connection.execute(sa.insert(PROJECTS), [row, row])

    with pytest.raises(JournalUnavailable, match=r"(?i)unique") as caught:
        twice()
    assert "secret-name" not in f"{caught.value}{caught.value.__cause__}"
    with pytest.raises(JournalUnavailable) as unavailable, journal.read() as connection:
        connection.execute(sa.text("SELECT :it FROM no_such_table"), {"it": "secret-name"})
    assert "secret-name" not in f"{unavailable.value}{unavailable.value.__cause__}"


def test_readers_see_one_snapshot_and_never_wait(journal):
    """What is committed meanwhile is there the next time."""
    with journal.read() as reading:
        assert reading.execute(sa.select(PROJECTS)).all() == []
        with journal.write() as writing:
            writing.execute(sa.insert(PROJECTS).values(name="p", salt=b"", created_us=0))
        assert reading.execute(sa.select(PROJECTS)).all() == []
    with journal.read() as reading:
        assert len(reading.execute(sa.select(PROJECTS)).all()) == 1


def test_writers_wait_for_each_other(journal):
    """Threads share the one writing connection, and none is refused."""

    def write(name):
        with journal.write() as connection:
            connection.execute(sa.insert(PROJECTS).values(name=name, salt=b"", created_us=0))

    threads = [threading.Thread(target=write, args=(f"p-{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with journal.read() as connection:
        assert len(connection.execute(sa.select(PROJECTS)).all()) == 20


@pytest.mark.parametrize("chat", [{"conversation_id": "c-1"}, {"conversation_id": None}])
def test_an_event_is_there_once_by_law(journal, chat):
    """The table itself refuses a second event of one name, whatever wrote it."""
    row = {"project": "p", "id": "e", "received_us": 0, "at_us": 0, "body": "{}", **chat}
    with journal.write() as connection:
        connection.execute(sa.insert(EVENTS), row)
        connection.execute(sa.insert(EVENTS), row | {"project": "q"})
        connection.execute(sa.insert(EVENTS), row | {"conversation_id": "another"})

    def again():
        with journal.write() as connection:
            connection.execute(sa.insert(EVENTS), row)

    with pytest.raises(JournalUnavailable, match=r"(?i)unique"):
        again()


def test_event_ids_of_older_journals_become_short_and_long_again(tmp_path, new_database):
    """A UUID as its 16 bytes, any other id as its text; the way back gives what was there."""
    ids = [
        "0192f3a4-1111-7222-8333-444455556666",
        "0192F3A4-1111-7222-8333-444455556666",
        "m/1 ☕",
        "x" * 36,
        "0192f3a4111172228333444455556666",
        "0192f3g4-1111-7222-8333-444455556666",
        "0192f3a4-11117222-8333-4444-55556666",
    ]
    Journal.open(tmp_path, new_database).close()
    engine = engine_of(tmp_path, new_database)
    settings = Config()
    settings.set_main_option("script_location", "afterword.journal:migrations")
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "0004")
        for one in ids:
            connection.execute(
                sa.text(
                    "INSERT INTO events (project, id, received_us, at_us, body)"
                    " VALUES ('default', :id, 1, 1, '{}')"
                ),
                {"id": one},
            )
    Journal.open(tmp_path, new_database).close()
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        kept = connection.execute(sa.text("SELECT id FROM events ORDER BY seq")).scalars().all()
        read = connection.execute(sa.select(EVENTS.c.id).order_by(EVENTS.c.seq)).scalars().all()
        command.downgrade(settings, "0004")
        back = connection.execute(sa.text("SELECT id FROM events ORDER BY seq")).scalars().all()
    engine.dispose()

    assert [len(one) for one in kept] == [17, 36, len("m/1 ☕".encode()), 36, 32, 36, 36]
    assert read == back == ids
