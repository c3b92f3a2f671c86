"""What the page of one session shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.domain.asks import Verdict
from afterword.errors import UnknownSession
from afterword.journal.asking import session_decisions
from afterword.journal.events import session_events
from afterword.journal.sessions import get_session
from afterword.server.pages.session.words import MOMENT, WHY
from afterword.server.times import write_time

if TYPE_CHECKING:
    from afterword.domain.session import Session
    from afterword.server.services import Services

_FACTS: Final = (
    *(
        "use_case",
        "inferred_use_case",
        "release",
        "model",
        "prompt_version",
        "agent",
        "channel",
        "locale",
        "timezone",
    ),
    *("user_id", "session_number", "outcome", "trace_id"),
)
# Of an event, what its line names already.
_SAID: Final = frozenset({"type", "role", "id", "at_us", "received_us", "conversation_id", "at"})


class Found(NamedTuple):
    """One session with its log."""

    session: Session
    events: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


def load(services: Services, project: str, session_id: str) -> Found:
    """Read one session.

    Raises:
        UnknownSession: There is none.
    """
    with services.journal.read() as connection:
        session = get_session(connection, project, session_id)
        if session is None:
            raise UnknownSession
        return Found(
            session,
            session_events(connection, project, session_id),
            session_decisions(connection, project, session_id),
        )


def view(found: Found) -> dict[str, Any]:
    """Give what the template names."""
    return {
        "name": _shown(found.session.id),
        "rating": _rating(found.session),
        "facts": _facts(found.session),
        "decisions": [_decision(one) for one in found.decisions],
        "events": [_event(one) for one in found.events],
    }


def _rating(session: Session) -> dict[str, Any] | None:
    from afterword.reports.wording import LEVEL_WORDS, printable  # noqa: PLC0415  # once ready

    record = session.rating
    if record is None:
        return None
    return {
        "level": record.rating.value,
        "words": LEVEL_WORDS[record.rating.value],
        "reason": printable(record.reason or ""),
        "at": _at(record.rated_us),
        "source": record.source.value,
        "moment": MOMENT[record.trigger],
    }


def _facts(session: Session) -> list[tuple[str, str]]:
    found = [
        ("opened", f"{_at(session.opened_us)} UTC"),
        ("closed", "still open" if session.closed_us is None else f"{_at(session.closed_us)} UTC"),
        ("messages", f"{session.n_user:,} from the user, {session.n_agent:,} from the agent"),
    ]
    for name in _FACTS:
        value = getattr(session, name)
        if value is not None:
            found.append((name.replace("_", " "), _shown(value)))
    for group in ("traits", "labels", "metadata"):
        found += [(_shown(name), _shown(one)) for name, one in getattr(session, group).items()]
    return found


def _decision(told: dict[str, Any]) -> dict[str, str]:
    is_asked = told["verdict"] == Verdict.ASK
    moment = f"At {MOMENT[told['trigger']]}: " if told["trigger"] else ""
    return {
        "at": _at(told["at_us"]),
        "told": f"{moment}{'asked' if is_asked else 'not asked'}, {WHY[told['reason']]}",
        "chance": f"chance {told['probability']:.0%}, policy {told['policy_version']}",
    }


def _event(told: dict[str, Any]) -> dict[str, str]:
    facts = (
        f"{_shown(name).replace('_', ' ')} {_shown(value)}"
        for name, value in told.items()
        if name not in _SAID
    )
    return {
        "at": _at(told["at_us"]),
        "what": _shown(told.get("role", told["type"])),
        "told": ", ".join(facts),
    }


def _shown(value: object) -> str:
    from afterword.reports.wording import printable  # noqa: PLC0415  # heavy, once ready

    return printable(str(value), 200)


def _at(time_us: int) -> str:
    return write_time(time_us)[:19].replace("T", " ").removesuffix("Z")
