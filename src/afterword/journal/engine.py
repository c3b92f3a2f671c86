"""Opening the journal: the right durability, one writer a process, migrations under a lock."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import sqlalchemy as sa

from afterword.errors import JournalUnavailable, SetupError
from afterword.journal.postgresql import PostgreSQL
from afterword.journal.sqlite import SQLite
from afterword.journal.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import Connection, Engine

HEAD: Final = "0010"
FILE: Final = "journal.db"
# A transaction that another server came between is run again; the other one has gone on by then.
ATTEMPTS: Final = 5
# Of PostgreSQL: a row that another one wrote first, a deadlock, an order that cannot be.
_PASSING: Final = ("23505", "40P01", "40001")
# Of SQLite: an event that is there already; who runs again looks first.
_REPEATED: Final = "SQLITE_CONSTRAINT_UNIQUE"
T = TypeVar("T")


class Database(Protocol):
    """What differs between SQLite and PostgreSQL."""

    name: str
    writer: Engine
    reader: Engine

    @property
    def is_shared(self) -> bool:
        """Whether other servers may write, too."""

    def migrating(self) -> AbstractContextManager[None]:
        """Keep other processes from bringing the tables up to date meanwhile."""

    def lead(self) -> bool:
        """Become or stay the one that leads; tell whether we do."""

    def is_leading(self) -> bool:
        """Tell whether we still lead since we last became it."""

    def resign(self) -> None:
        """Let another server lead."""

    def forget(self) -> bool:
        """Take what was deleted from the files, too; tell whether that is done."""

    def close(self) -> None:
        """Give the connections back."""


class Journal:
    """The SQL database to which everything is committed.

    Example:
        >>> journal = Journal.open(Path("/tmp/afterword-doctest"))
        >>> with journal.read() as connection:
        ...     connection.exec_driver_sql("PRAGMA synchronous").scalar()
        2
        >>> journal.close()
    """

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._turns = Turns()

    @classmethod
    def open(cls, data_dir: Path | None = None, url: str | None = None) -> Journal:
        """Open the journal and bring its tables up to date.

        Args:
            data_dir: Folder of ``journal.db``; made when absent.
            url: A database URL instead: ``postgresql://…`` or ``sqlite:///…``.

        Raises:
            SetupError: No place given, another database, or a journal from a newer Afterword.
            JournalUnavailable: It cannot be opened or written.
        """
        name = "" if data_dir is None else str(data_dir / FILE)
        try:
            database = _locate(data_dir, url)
            name = database.name
            with _closed_on_error(database), database.migrating():
                _migrate(database.writer)
        except (OSError, sa.exc.DatabaseError) as exc:
            raise JournalUnavailable(f"{name} cannot be opened: {exc}") from exc
        return cls(database)

    @property
    def is_shared(self) -> bool:
        """Whether other servers may write to it, too."""
        return self._database.is_shared

    @property
    def now_us(self) -> Callable[[], int] | None:
        """What gives the time that all servers of this journal share; None where one is alone."""
        return self._database.now_us if isinstance(self._database, PostgreSQL) else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one transaction that writes; commit at the end.

        Of one process they go one after another. On SQLite no other process writes meanwhile; on
        PostgreSQL others do, except to rows that ``locks`` holds.

        Raises:
            JournalUnavailable: The transaction could not be begun or committed.
        """
        turn, writer = self._turns.take(), self._database.writer
        with turn, _translated(is_commit=True), writer.begin() as connection, _translated():
            yield connection

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction that writes, and again where another server came between.

        Args:
            work: Does it all from the beginning each time; it may be called several times.

        Raises:
            JournalUnavailable: The transaction could not be begun or committed.
        """
        attempts = 0
        while True:
            attempts += 1
            try:
                with self.write() as connection:
                    return work(connection)
            except JournalUnavailable as exc:
                if not exc.is_passing or attempts == ATTEMPTS:
                    raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one consistent snapshot, never waiting for a writer.

        Raises:
            JournalUnavailable: It could not be read.
        """
        with _translated(), self._database.reader.begin() as connection:
            yield connection

    def lead(self) -> bool:
        """Become or stay the one of all servers that writes the history; tell whether we are it.

        Raises:
            JournalUnavailable: The database cannot be asked.
        """
        with _translated():
            return self._database.lead()

    def is_leading(self) -> bool:
        """Tell whether we still lead, with no other in between, since we last became it."""
        return self._database.is_leading()

    def resign(self) -> None:
        """Let another server lead."""
        self._database.resign()

    def forget(self) -> bool:
        """Take what was deleted from the files, too; tell whether that is done.

        It is not while somebody reads what was there before. PostgreSQL does it by itself, when
        it vacuums.

        Raises:
            JournalUnavailable: The files cannot be written.
        """
        with self._turns.take(), _translated():
            return self._database.forget()

    def close(self) -> None:
        """Give the connections back; a later use opens new ones."""
        self._database.close()


@contextmanager
def _translated(*, is_commit: bool = False) -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as exc:
        diagnosis = getattr(exc.orig, "diag", None)
        if diagnosis is None:  # SQLite's
            failure = JournalUnavailable(str(exc.orig))
            failure.is_passing = getattr(exc.orig, "sqlite_errorname", None) == _REPEATED
            raise failure from exc
        is_lost = exc.connection_invalidated
        error = JournalUnavailable(diagnosis.message_primary or str(exc.orig).split("\n", 1)[0])
        error.is_passing = (is_lost or diagnosis.sqlstate in _PASSING) and not is_commit
        error.is_unsure = is_lost and is_commit
        raise error from None  # PostgreSQL's details quote what people wrote
    except sa.exc.TimeoutError as exc:
        raise JournalUnavailable("Every connection to the journal is in use.") from exc


@contextmanager
def _closed_on_error(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def _locate(data_dir: Path | None, url: str | None) -> Database:
    if url is None:
        if data_dir is None:
            raise SetupError("Say where the journal lies: a data folder or a database URL.")
        return SQLite(data_dir / FILE)
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as exc:
        raise SetupError("The database URL is none: postgresql://user@host/database.") from exc
    kind = parsed.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return PostgreSQL(parsed)
    if kind != "sqlite" or not parsed.database:
        raise SetupError(f"A journal lies in SQLite or PostgreSQL, not in {kind}.")
    return SQLite(Path(parsed.database))


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
