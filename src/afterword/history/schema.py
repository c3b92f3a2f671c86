"""The history's session row: its columns and how a session fills them.

Columns that questions need often are there at write time: local hour, person key, shown asks.
Importing pyarrow takes a while, so it is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from afterword.domain.session import AskState, Exposure, Session, Trigger
from afterword.history.files import write_day

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["COLUMNS", "arrow_schema", "person_key", "rows", "write_day"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US: Final = 86_400_000_000
_MOST: Final = 2**63 - 1
_UNASKED: Final = (Trigger.USER_OPENED, Trigger.IMPORT)
Maker = Callable[[Session], Any]
T = TypeVar("T")


def person_key(project: str, person: str) -> int:
    """Give a person's stable signed 64-bit key: what questions group raters by."""
    digest = blake2b(f"{project}\x1f{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _day(session: Session) -> int:
    return session.opened_us // _DAY_US  # as Arrow counts dates


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
    try:
        return (_EPOCH + timedelta(microseconds=session.opened_us)).astimezone(zone)
    except OverflowError:  # an import from the last day of the year 9999
        return None


def _local_hour(session: Session) -> int | None:
    local = _local(session)
    return None if local is None else local.hour


def _local_weekday(session: Session) -> int | None:
    local = _local(session)
    return None if local is None else local.weekday()


def _scores(session: Session) -> list[float]:
    feedback = session.feedback
    return [score for _, score in sorted(feedback.values())] if feedback else []


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _flows(*steps: str) -> Maker:
    # A later step implies the earlier ones: hosts often send only the last.
    times = [f"{step}_us" for step in steps]

    def names(session: Session) -> list[str]:
        flows: dict[str, Exposure] = session.flows
        if not flows:
            return []
        return sorted(
            flow
            for flow, met in flows.items()
            if any(getattr(met, time) is not None for time in times)
        )

    return names


def _of_rating(name: str) -> Maker:
    def value(session: Session) -> object:
        return None if session.rating is None else getattr(session.rating, name)

    return value


def _trigger(session: Session) -> str | None:
    if session.rating is not None:
        return session.rating.trigger.value
    return session.asks[-1].trigger.value if session.asks else None


def _strings(name: str) -> Maker:
    def pairs(session: Session) -> list[tuple[str, str]]:
        values = getattr(session, name)
        if not values:
            return []
        return [(key, _string(value)) for key, value in values.items() if value is not None]

    return pairs


def _string(value: object) -> str:
    # As JSON writes it, and 3.0 is 3: one value must not fall into two segments.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _plain(name: str) -> Maker:
    return attrgetter(name)


def _capped(name: str) -> Maker:
    # What hosts claim may add up to more than a column holds; one such row must not break all.
    return lambda session: min(getattr(session, name), _MOST)


def _count_votes(session: Session, *, is_up: bool) -> int:
    return sum((score >= 0.5) is is_up for score in _scores(session))  # noqa: PLR2004  # the middle of [0, 1]


def _n_shown(session: Session) -> int:
    return sum(ask.shown_us is not None or ask.state is AskState.ANSWERED for ask in session.asks)


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
    ("user_words", "int64", _capped("user_words")),
    ("agent_words", "int64", _capped("agent_words")),
    ("tokens", "int64", _capped("tokens")),
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
    ("feedback_last", "double", lambda session: next(reversed(_scores(session)), None)),
    ("feedback_worst", "double", lambda session: min(_scores(session), default=None)),
    ("tools", "strings", lambda session: sorted(session.tools)),
    ("features", "strings", lambda session: sorted(session.features)),
    ("flows_shown", "strings", _flows("shown", "started", "completed", "dismissed")),
    ("flows_started", "strings", _flows("started", "completed")),
    ("flows_completed", "strings", _flows("completed")),
    ("flows_dismissed", "strings", _flows("dismissed")),
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


# Ibis could read Arrow's schema, but loads pandas for it.
IBIS_TYPES: Final = {
    "string": "string",
    "int8": "int8",
    "int32": "int32",
    "int64": "int64",
    "double": "float64",
    "bool": "boolean",
    "date": "date",
    "time": "timestamp('UTC', 6)",
    "strings": "array<string>",
    "map": "map<string, string>",
}


def types_of(kinds: Mapping[str, T]) -> dict[str, T]:
    """Give every column its type, from the types of kinds."""
    return {name: kinds[kind] for name, kind, _ in COLUMNS}


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
    return pa.schema(list(types_of(types).items()))


def rows(sessions: Iterable[Session], columns: Collection[str] | None = None) -> pa.Table:
    """Make history rows of sessions.

    Args:
        sessions: In any order.
        columns: Only these, in the schema's order; all when None.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    held = list(sessions)
    schema = arrow_schema()
    chosen = [field for field in schema if columns is None or field.name in columns]
    arrays = [pa.array(list(map(_MAKERS[field.name], held)), type=field.type) for field in chosen]
    return pa.Table.from_arrays(arrays, schema=pa.schema(chosen))
