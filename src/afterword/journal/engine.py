"""Opening the journal: engines with the right durability, one writer, migrations under a lock."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy import event

from afterword.errors import JournalUnavailable, SetupError
from afterword.journal.turns import Turns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

HEAD: Final = "0005"
FILE: Final = "journal.db"
# Ids at random still find their index pages in the writer's memory; readers are many.
_WRITER_KIB: Final = 65_536
_READER_KIB: Final = 4_096
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut
    "busy_timeout=10000",
    "wal_autocheckpoint=16000",
    "temp_store=MEMORY",
)


class Journal:
    """The SQL database to which everything is committed.

    Example:
        >>> journal = Journal.open(Path("/tmp/afterword-doctest"))
        >>> with journal.read() as connection:
        ...     connection.exec_driver_sql("PRAGMA synchronous").scalar()
        2
        >>> journal.close()
    """

    def __init__(self, writer: Engine, reader: Engine) -> None:
        """Keep two engines: one connection that writes, several that read."""
        self._writer = writer
        self._reader = reader
        self._turns = Turns()

    @classmethod
    def open(cls, data_dir: Path | None = None, url: str | None = None) -> Journal:
        """Open the journal and bring its tables up to date.

        Args:
            data_dir: Folder of ``journal.db``; made when absent.
            url: A database URL instead; only ``sqlite:///…`` in this version.

        Raises:
            SetupError: No place given, another database, or a journal from a newer Afterword.
            JournalUnavailable: The file cannot be opened or written.
        """
        path = _locate(data_dir, url)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            journal = cls(_engine(path, "BEGIN IMMEDIATE", size=1), _engine(path, "BEGIN", size=8))
            with _locked(path.with_name("migrate.lock")), _closed_on_error(journal):
                _migrate(journal._writer)
        except (OSError, sa.exc.DatabaseError) as exc:
            raise JournalUnavailable(f"{path} cannot be opened: {exc}") from exc
        return journal

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one transaction that holds the only write lock; commit at the end.

        Raises:
            JournalUnavailable: The transaction could not be begun or committed.
        """
        with self._turns.take(), _translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one consistent snapshot, never waiting for the writer.

        Raises:
            JournalUnavailable: It could not be read.
        """
        with _translated(), self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back; a later use opens new ones."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as exc:
        raise JournalUnavailable(str(exc.orig)) from exc
    except sa.exc.TimeoutError as exc:
        raise JournalUnavailable("Every connection to the journal is in use.") from exc


@contextmanager
def _closed_on_error(journal: Journal) -> Iterator[None]:
    try:
        yield
    except BaseException:
        journal.close()
        raise


def _locate(data_dir: Path | None, url: str | None) -> Path:
    if url is not None:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise SetupError(
                f"{parsed.get_backend_name()} is not supported yet: use a data folder (SQLite)."
            )
        return Path(parsed.database)
    if data_dir is None:
        raise SetupError("Say where the journal lies: a data folder or a database URL.")
    return data_dir / FILE


def _engine(path: Path, begin: str, *, size: int) -> Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=sa.pool.QueuePool,
        pool_size=size,
        max_overflow=0 if size == 1 else size,
        connect_args={"check_same_thread": False, "timeout": 10},
        hide_parameters=True,  # an error that is logged must not tell what people wrote
    )

    def prepare(dbapi_connection: sqlite3.Connection, _record: object) -> None:
        dbapi_connection.isolation_level = None  # transactions are begun below, by name
        for pragma in (*_PRAGMAS, f"cache_size=-{_WRITER_KIB if size == 1 else _READER_KIB}"):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _migrate(engine: Engine) -> None:
    with engine.begin() as connection:
        found = _revision(connection)
        if found == HEAD:
            return
        # Alembic takes a moment to import; a journal that is up to date does without it.
        from alembic import command, config, util  # noqa: PLC0415

        settings = config.Config()
        settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, HEAD)
        except util.CommandError as exc:
            raise SetupError(
                f"This journal was written by a newer Afterword (revision {found})."
            ) from exc


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return found
