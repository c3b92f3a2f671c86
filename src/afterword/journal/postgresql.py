"""PostgreSQL: one database that several servers share."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy import event

from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection as Psycopg
    from sqlalchemy.engine import URL, Connection, Engine

_DRIVER: Final = "postgresql+psycopg"
# Advisory locks of a database are numbers that all its users choose from: ours spell "afterw…".
_MIGRATION: Final = int.from_bytes(b"afterw\0\1")
_LEADERSHIP: Final = int.from_bytes(b"afterw\0\2")
# Whoever waits longer is answered that the journal cannot be had, as on SQLite; a server that is
# lost with its transaction open must not hold up the others for long.
_LIMITS: Final = {"lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}
_KEEPALIVES: Final = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "connect_timeout": 10,
}


class PostgreSQL:
    """A journal in a database: whoever changes rows locks them, and its clock is everyone's."""

    is_shared: Final = True

    def __init__(self, url: URL) -> None:
        """Take the database's URL; nothing is connected yet.

        Raises:
            SetupError: The driver is not installed.
        """
        self.name = url.render_as_string(hide_password=True)
        url = url.set(drivername=_DRIVER)
        try:
            # Each statement sees what was committed before it: what is read after a lock is new.
            self.writer = _engine(url, "READ COMMITTED", size=1)
            self.reader = _engine(url, "REPEATABLE READ", size=8)
            self._single = sa.create_engine(
                url,
                poolclass=sa.NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args=_KEEPALIVES,
                hide_parameters=True,
            )
        except ModuleNotFoundError as exc:
            raise SetupError(
                "A PostgreSQL journal needs its driver: pip install 'afterword[postgres]'."
            ) from exc
        self._leading: Connection | None = None
        self._lock = Lock()

    @contextmanager
    def migrating(self) -> Iterator[None]:
        """Keep other processes from bringing the tables up to date meanwhile.

        Raises:
            SetupError: The database cannot hold every text.
        """
        with self._single.connect() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
            if encoding != "UTF8":
                raise SetupError(f"{self.name} is encoded as {encoding}: it must be UTF8.")
            connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (_MIGRATION,))
            yield

    def now_us(self) -> int:
        """Give the database's time."""
        with self.reader.connect() as connection:
            told: int = connection.exec_driver_sql(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
            ).scalar_one()
        return told

    def lead(self) -> bool:
        """Become or stay the one of all servers that leads; tell whether we do.

        We do as long as the connection lives that took the lock: whoever dies gives it back.
        """
        with self._lock:
            if self._is_alive():
                return True
            connection = self._single.connect()
            taken = connection.exec_driver_sql(
                "SELECT pg_try_advisory_lock(%s)", (_LEADERSHIP,)
            ).scalar_one()
            if taken:
                self._leading = connection
            else:
                connection.close()
            return bool(taken)

    def is_leading(self) -> bool:
        """Tell whether we still lead since we last became it."""
        with self._lock:
            return self._is_alive()

    def resign(self) -> None:
        """Let another server lead."""
        with self._lock:
            if self._leading is not None:
                self._leading.close()
                self._leading = None

    def forget(self) -> bool:
        """Leave it to the database, which overwrites what was deleted when it vacuums."""
        return True

    def close(self) -> None:
        """Give the connections back, and what they hold; a later use opens new ones."""
        self.resign()
        self.reader.dispose()
        self.writer.dispose()

    def _is_alive(self) -> bool:
        if self._leading is None:
            return False
        try:
            self._leading.exec_driver_sql("SELECT 1")
        except sa.exc.DBAPIError:
            self._leading.close()
            self._leading = None
            return False
        return True


def _engine(url: URL, isolation_level: str, *, size: int) -> Engine:
    engine = sa.create_engine(
        url,
        isolation_level=isolation_level,
        pool_size=size,
        max_overflow=0 if size == 1 else size,
        pool_pre_ping=True,  # the database may have been restarted meanwhile
        connect_args=_KEEPALIVES,
        hide_parameters=True,  # an error that is logged must not tell what people wrote
    )

    def prepare(connection: Psycopg, _record: object) -> None:
        settings = ", ".join(f"set_config('{name}', '{v}', false)" for name, v in _LIMITS.items())
        connection.autocommit = True
        connection.execute(f"SELECT {settings}")
        connection.autocommit = False
        connection.read_only = size > 1

    event.listen(engine, "connect", prepare)
    return engine
