"""The history's session row: its columns, how a session fills them, how a day file is written.

Columns that questions need often are there at write time: local hour, person key, shown asks.
Importing pyarrow takes a while, so it is imported where it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from afterword.domain.session import AskState, Exposure, Session, Trigger

if TYPE_CHECKING:
    import pyarrow as pa

FILE: Final = "sessions.parquet"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNASKED: Final = (Trigger.USER_OPENED, Trigger.IMPORT)
Maker = Callable[[Session], Any]


def person_key(project: str, person: str) -> int:
    """Give a person's stable signed 64-bit key: what questions group raters by."""
    digest = blake2b(f"{project}\x1f{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _day(session: Session) -> date:
    return (_EPOCH + timedelta(microseconds=session.opened_us)).date()


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _local(session: Session) -> datetime | None:
    # The zone of the session then, not today's offset; an unknown zone stays unknown.
    zone = None if session.timezone is None else _zone(session.timezone)
    if zone is None:
        return None
    return (_EPOCH + timedelta(microseconds=session.opened_us)).astimezone(zone)


def _local_hour(session: Session) -> int | None:
    local = _local(session)
    return None if local is None else local.hour


def _local_weekday(session: Session) -> int | None:
    local = _local(session)
    return None if local is None else local.weekday()


def _scores(session: Session) -> list[float]:
    return [score for _, score in sorted(session.feedback.values())]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _flows(step: str) -> Maker:
    name = f"{step}_us"

    def names(session: Session) -> list[str]:
        flows: dict[str, Exposure] = session.flows
        return sorted(flow for flow, seen in flows.items() if getattr(seen, name) is not None)

    return names


def _of_rating(name: str) -> Maker:
    def value(session: Session) -> Any:
        return None if session.rating is None else getattr(session.rating, name)

    return value


def _trigger(session: Session) -> str | None:
    if session.rating is not None:
        return session.rating.trigger.value
    return session.asks[-1].trigger.value if session.asks else None


def _strings(name: str) -> Maker:
    def pairs(session: Session) -> list[tuple[str, str]]:
        values = getattr(session, name)
        return [(key, _string(value)) for key, value in values.items() if value is not None]

    return pairs


def _string(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(name: str) -> Maker:
    return lambda session: getattr(session, name)


def _count_votes(session: Session, *, is_up: bool) -> int:
    return sum((score >= 0.5) is is_up for score in _scores(session))  # noqa: PLR2004  # the middle of [0, 1]


def _n_shown(session: Session) -> int:
    return sum(
        ask.shown_us is not None or ask.state is AskState.ANSWERED for ask in session.asks
    )


# Name, Arrow type, how a session fills it. The order is the file's.
COLUMNS: Final[tuple[tuple[str, str, Maker], ...]] = (
    ("project", "string", _plain("project")),
    ("environment", "string", _plain("environment")),
    ("session_id", "string", _plain("id")),
    ("conversation_id", "string", _plain("conversation_id")),
    ("number", "int32", _plain("number")),
    ("day", "date", _day),
    ("opened_at", "time", _plain("opened_us")),
    ("last_at", "time", _plain("last_us")),
    ("closed_at", "time", _plain("closed_us")),
    ("close_reason", "string", _plain("close_reason")),
    ("outcome", "string", _plain("outcome")),
    ("user_id", "string", _plain("user_id")),
    ("person", "string", _plain("person")),
    ("person_key", "int64", lambda session: person_key(session.project, session.person)),
    ("session_number", "int32", _plain("session_number")),
    ("tenure_days", "int32", _plain("tenure_days")),
    ("is_onboarded", "bool", _plain("is_onboarded")),
    ("local_hour", "int8", _local_hour),
    ("local_weekday", "int8", _local_weekday),
    *(
        (name, "string", _plain(name))
        for name in (
            "agent",
            "release",
            "model",
            "prompt_version",
            "use_case",
            "channel",
            "device",
            "locale",
            "timezone",
            "trace_id",
        )
    ),
    ("traits", "map", _strings("traits")),
    ("labels", "map", _strings("labels")),
    ("metadata", "map", _strings("metadata")),
    *(
        (name, "int32", _plain(name))
        for name in ("n_user", "n_agent", "n_tool", "n_errors", "n_handovers")
    ),
    ("user_words", "int64", _plain("user_words")),
    ("agent_words", "int64", _plain("agent_words")),
    ("tokens", "int64", _plain("tokens")),
    ("cost_usd", "double", lambda session: session.cost_nano_usd / 1e9),
    (
        "latency_ms",
        "double",
        lambda session: (
            session.latency_us / session.n_latency / 1000 if session.n_latency else None
        ),
    ),
    ("duration_s", "double", lambda session: (session.last_us - session.first_us) / 1e6),
    ("n_feedback", "int32", lambda session: len(session.feedback)),
    ("n_up", "int32", lambda session: _count_votes(session, is_up=True)),
    ("n_down", "int32", lambda session: _count_votes(session, is_up=False)),
    ("feedback_mean", "double", lambda session: _mean(_scores(session))),
    ("feedback_last", "double", lambda session: (_scores(session) or [None])[-1]),
    ("feedback_worst", "double", lambda session: min(_scores(session), default=None)),
    ("tools", "strings", lambda session: sorted(session.tools)),
    ("features", "strings", lambda session: sorted(session.features)),
    *((f"flows_{step}", "strings", _flows(step)) for step in ("shown", "started")),
    *((f"flows_{step}", "strings", _flows(step)) for step in ("completed", "dismissed")),
    ("n_asks", "int32", lambda session: len(session.asks)),
    ("n_shown", "int32", _n_shown),
    (
        "n_answered",
        "int32",
        lambda session: sum(ask.state is AskState.ANSWERED for ask in session.asks),
    ),
    (
        "ask_state",
        "string",
        lambda session: session.asks[-1].state.value if session.asks else None,
    ),
    ("trigger", "string", _trigger),
    ("decision", "string", _plain("decision")),
    ("rating", "string", _of_rating("rating")),
    ("reason", "string", _of_rating("reason")),
    (
        "has_reason",
        "bool",
        lambda session: session.rating is not None and session.rating.reason is not None,
    ),
    (
        "is_reason_cut",
        "bool",
        lambda session: session.rating is not None and session.rating.is_reason_cut,
    ),
    ("rated_at", "time", _of_rating("rated_us")),
    ("rating_source", "string", _of_rating("source")),
    (
        "is_unasked",
        "bool",
        lambda session: session.rating is not None and session.rating.trigger in _UNASKED,
    ),
    ("n_revisions", "int32", _of_rating("n_revisions")),
    ("is_settled", "bool", _plain("settled")),
)
_MAKERS: Final = {name: maker for name, _, maker in COLUMNS}


@lru_cache(maxsize=1)
def arrow_schema() -> pa.Schema:
    """Build the Arrow schema of a day file."""
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    types = {
        "string": pa.string(),
        "int8": pa.int8(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
        "strings": pa.list_(pa.string()),
        "map": pa.map_(pa.string(), pa.string()),
    }
    return pa.schema([(name, types[kind]) for name, kind, _ in COLUMNS])


def rows(sessions: Iterable[Session], columns: Sequence[str] | None = None) -> pa.Table:
    """Make history rows of sessions.

    Args:
        sessions: In any order.
        columns: Only these, in the schema's order; all when None.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    held = list(sessions)
    schema = arrow_schema()
    chosen = [field for field in schema if columns is None or field.name in columns]
    arrays = [
        pa.array([_MAKERS[field.name](session) for session in held], type=field.type)
        for field in chosen
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(chosen))


def day_folder(directory: Path, project: str, day: date) -> Path:
    """Give the folder of one day of one project, named so that any reader sees the partition."""
    return directory / f"project={project}" / f"day={day.isoformat()}"


def write_day(directory: Path, project: str, day: date, table: pa.Table) -> Path:
    """Write one day file so that a reader sees the old one or the new one, never half of either.

    Args:
        directory: The history's folder.
        project: The tenant.
        day: UTC day on which the sessions opened.
        table: Rows in the schema of ``arrow_schema``.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  # heavy: after the server is ready

    folder = day_folder(directory, project, day)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{FILE}.{os.getpid()}.tmp"
    with beside.open("wb") as handle:
        pq.write_table(table, handle, compression="zstd", row_group_size=122_880)
        handle.flush()
        os.fsync(handle.fileno())
    target = folder / FILE
    beside.replace(target)
    _sync_folder(folder)
    return target


def remove_day(directory: Path, project: str, day: date) -> None:
    """Remove a day's file: none of its sessions is left."""
    folder = day_folder(directory, project, day)
    (folder / FILE).unlink(missing_ok=True)
    if folder.exists():
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
