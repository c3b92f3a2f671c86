"""The tables of the journal: the truth, in SQL that SQLite and PostgreSQL share.

Times are microseconds since 1970 UTC. ``body`` is JSON: the whole value; the columns beside it
repeat what is searched for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

# Every byte as what it may be in a UUID: a digit, a hyphen, or nothing; a regex takes longer.
_PARTS: Final = bytes(
    ord("0") if chr(code) in "0123456789abcdef" else ord("-" if chr(code) == "-" else " ")
    for code in range(256)
)
_UUID: Final = b"00000000-0000-0000-0000-000000000000"
_IS_UUID: Final = b"\x00"  # no id begins with a control character


class EventId(TypeDecorator[str]):
    """A client's id as bytes: a UUID as its 16, anything else as its text."""

    impl = LargeBinary
    cache_ok = True

    @staticmethod
    def write(event_id: str) -> bytes:
        """Give the bytes that are kept for an id."""
        told = event_id.encode()
        if told.translate(_PARTS) == _UUID:
            return _IS_UUID + bytes.fromhex(event_id.replace("-", ""))
        return told

    @staticmethod
    def read(kept: bytes) -> str:
        """Give the id that was kept as these bytes."""
        return str(UUID(bytes=kept[1:])) if kept[:1] == _IS_UUID else kept.decode()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's
        """Write a parameter."""
        return None if value is None else self.write(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's
        """Read a column."""
        return None if value is None else self.read(value)


METADATA: Final = MetaData()
# In the order of code points everywhere, as Python sorts: no locale, no surprise after an upgrade.
TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only where the key is spelled INTEGER.
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")

PROJECTS: Final = Table(
    "projects",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

KEYS: Final = Table(
    "keys",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("project", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("secret_sha256", LargeBinary, nullable=False, unique=True),
    Column("token_key", LargeBinary, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("revoked_us", BigInteger),
)

POLICIES: Final = Table(
    "policies",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("created_us", BigInteger, nullable=False),
    Column("body", TEXT, nullable=False),
)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("seq", _SERIAL, primary_key=True),
    Column("project", TEXT, nullable=False),
    Column("id", EventId, nullable=False),
    Column("conversation_id", TEXT),
    Column("number", Integer),
    Column("received_us", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("body", TEXT, nullable=False),
    # Ids at random stay together by conversation, or each would dirty a page of its own.
    UniqueConstraint("project", "conversation_id", "id", name="events_of_conversation"),
)
Index(
    "events_of_persons",
    EVENTS.c.project,
    EVENTS.c.id,
    unique=True,
    sqlite_where=EVENTS.c.conversation_id.is_(None),
    postgresql_where=EVENTS.c.conversation_id.is_(None),
)

CONVERSATIONS: Final = Table(
    "conversations",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    Column("latest", Integer, nullable=False),
    Column("waiting", TEXT),
    sqlite_with_rowid=False,
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("conversation_id", TEXT, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Integer, nullable=False),  # days since 1970, UTC, of opening; frozen
    Column("environment", TEXT, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("due_us", BigInteger),  # the session's one timer
    Column("changed", BigInteger),  # the version that its day got when this row last changed
    Column("user_id", TEXT),
    Column("rating", TEXT),
    Column("has_reason", Boolean, nullable=False),
    Column("agent", TEXT),
    Column("release", TEXT),
    Column("model", TEXT),
    Column("prompt_version", TEXT),
    Column("channel", TEXT),
    Column("locale", TEXT),
    Column("use_case", TEXT),
    Column("flows", TEXT),  # |a|b|
    Column("body", TEXT, nullable=False),
)
Index("sessions_by_opening", SESSIONS.c.project, SESSIONS.c.opened_us)
Index(
    "sessions_due",
    SESSIONS.c.due_us,
    sqlite_where=SESSIONS.c.due_us.is_not(None),
    postgresql_where=SESSIONS.c.due_us.is_not(None),
)
Index("sessions_changed", SESSIONS.c.project, SESSIONS.c.day, SESSIONS.c.changed)
Index(
    "sessions_of_person",
    SESSIONS.c.project,
    SESSIONS.c.user_id,
    SESSIONS.c.opened_us,
    sqlite_where=SESSIONS.c.user_id.is_not(None),
    postgresql_where=SESSIONS.c.user_id.is_not(None),
)

DIRTY_DAYS: Final = Table(
    "dirty_days",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("written", BigInteger, nullable=False),  # the version its day file holds
)

PERSONS: Final = Table(
    "persons",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("body", TEXT, nullable=False),
)

# Of people and conversations that were erased: what happened up to then is not kept again.
ERASED: Final = Table(
    "erased",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("tombstone", LargeBinary, primary_key=True),  # see ``domain.erasing``
    Column("at_us", BigInteger, nullable=False),
    Index("erased_at", "project", "at_us"),
)

# The version from which on a day's file holds nobody who was erased.
ERASED_DAYS: Final = Table(
    "erased_days",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

ASKS: Final = Table(
    "asks",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    Column("conversation_id", TEXT, nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("granted_us", BigInteger, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("changed_us", BigInteger, nullable=False, server_default="0"),  # server time
    Index("asks_of_person", "project", "person", "granted_us"),
    Index("asks_of_conversation", "project", "conversation_id"),
    Index("asks_changed", "changed_us"),
)

DECISIONS: Final = Table(
    "decisions",
    METADATA,
    Column("seq", _SERIAL, primary_key=True),
    Column("project", TEXT, nullable=False),
    Column("session_id", TEXT, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("verdict", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("trigger", TEXT),
    Column("probability", Float, nullable=False),
    Column("draw", Float, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Index("decisions_of_session", "project", "session_id"),
)

RATINGS: Final = Table(
    "ratings",
    METADATA,
    Column("seq", _SERIAL, primary_key=True),
    Column("project", TEXT, nullable=False),
    Column("session_id", TEXT, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("body", TEXT),  # the record that stood afterwards; null when taken back
    Index("ratings_of_session", "project", "session_id"),
)

MARKERS: Final = Table(
    "markers",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("text", TEXT, nullable=False),
)

RELEASES: Final = Table(
    "releases",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("opened_us", BigInteger, nullable=False),
    Column("opened_by", TEXT, nullable=False),
    Column("place", Integer, nullable=False),
    Column("baseline", TEXT),
    Column("accepted_us", BigInteger),
)

MONITORS: Final = Table(
    "monitors",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("stream", TEXT, primary_key=True),
    Column("body", TEXT, nullable=False),
)

ALERTS: Final = Table(
    "alerts",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("project", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("stream", TEXT, nullable=False),
    Column("direction", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("body", TEXT, nullable=False),
)
# Whatever several servers do, of one stream and direction one alert is open.
Index(
    "alerts_open",
    ALERTS.c.project,
    ALERTS.c.kind,
    ALERTS.c.stream,
    ALERTS.c.direction,
    unique=True,
    sqlite_where=ALERTS.c.state != "resolved",
    postgresql_where=ALERTS.c.state != "resolved",
)
Index("alerts_opened", ALERTS.c.project, ALERTS.c.opened_us)

PAUSES: Final = Table(
    "pauses",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("day", Integer, primary_key=True),  # as in sessions
    Column("body", TEXT, nullable=False),
)

LEARNING: Final = Table(
    "learning",
    METADATA,
    Column("project", TEXT, primary_key=True),
    Column("body", TEXT, nullable=False),
)

OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("project", TEXT, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("topic", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("since_us", BigInteger, nullable=False),  # when it was written or put back
    Column("due_us", BigInteger, nullable=False),  # while it is being sent: until when nobody else
    Column("attempts", Integer, nullable=False),
    Column("error", TEXT),  # what the last attempt met; never what was sent or answered
    Column("ended_us", BigInteger),
    UniqueConstraint("project", "channel", "topic", "subject", "at_us"),
)
Index(
    "outbox_due",
    OUTBOX.c.channel,
    OUTBOX.c.due_us,
    sqlite_where=OUTBOX.c.state == "waiting",
    postgresql_where=OUTBOX.c.state == "waiting",
)
Index("outbox_ended", OUTBOX.c.ended_us)
