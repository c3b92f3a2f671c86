"""Why a session was asked about or not: its log of decisions, told in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.domain.asks import Verdict, Why
from afterword.domain.session import AskState
from afterword.reports.wording import printable
from afterword.server.pages.session.words import MOMENT, OTHERWISE, WHY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.domain.policy import Policy
    from afterword.server.api.sessions.schemas import AskRecord, SessionDetail, SessionView

_BECAME: Final = {
    AskState.GRANTED: "waiting to be shown",
    AskState.SHOWN: "shown, waiting for an answer",
    AskState.ANSWERED: "answered",
    AskState.DISMISSED: "closed by hand",
    AskState.WITHDRAWN: "taken back, for the user went on: asked too early",
    AskState.IGNORED: "left without an answer until the session was over",
    AskState.EXPIRED: "never shown; it counts against nobody",
}
_TIMES: Final = ("granted_at", "shown_at", "ended_at")


def story(detail: SessionDetail, policies: Mapping[int, Policy]) -> dict[str, Any]:
    """Tell what was decided about a session and why.

    Args:
        detail: The session as ``GET /v1/sessions/{id}`` answers.
        policies: Versions that are known here; their settings are told with their values.
    """
    session = detail.session
    return {
        "session_id": session.id,
        "environment": session.environment,
        "summary": _summary(session, detail.decisions),
        "decisions": [_decision(line, policies) for line in detail.decisions],
        "asks": [_ask(ask, session) for ask in session.asks],
    }


def words(told: dict[str, Any]) -> str:
    """Write a story for people."""
    return "\n".join(_lines(told))


def _summary(session: SessionView, decisions: list[dict[str, Any]]) -> str:
    if session.asks:
        return f"Asked, and {_BECAME[AskState(session.asks[-1].state)]}."
    if decisions:
        return f"Not asked: {WHY[decisions[-1]['reason']]}."
    if session.closed_at is None:
        return "Not asked so far: it is still open, and no moment to ask has come."
    return "Not asked: nothing was decided, as for every session that was imported."


def _decision(line: dict[str, Any], policies: Mapping[int, Policy]) -> dict[str, Any]:
    why = Why(line["reason"])
    otherwise, names = OTHERWISE[why]
    policy = policies.get(line["policy_version"])
    settings = {} if policy is None else {name: getattr(policy, name) for name in names}
    return {
        **line,
        "words": WHY[why],
        "otherwise": otherwise,
        "settings": list(names),
        "values": msgspec.to_builtins(settings),
    }


def _ask(ask: AskRecord, session: SessionView) -> dict[str, Any]:
    told: dict[str, Any] = {"ask_id": ask.ask_id, "trigger": ask.trigger, "state": ask.state}
    told |= {"policy_version": ask.policy_version}
    told |= {name: getattr(ask, name) for name in _TIMES}
    became = _BECAME[AskState(ask.state)]
    if ask.state == AskState.ANSWERED and session.rating is not None:
        became = f"answered: {session.rating.rating}"
    return {**told, "words": became}


def _lines(told: dict[str, Any]) -> Iterator[str]:
    aside = "" if told["environment"] == "production" else f" ({told['environment']})"
    yield f"{printable(told['session_id'], 200)}{aside}: {told['summary']}"
    for line in told["decisions"]:
        yield ""
        yield from _decision_lines(line)
    for ask in told["asks"]:
        yield ""
        times = (f"{name[:-3]} {_at(ask[name])}" for name in _TIMES if ask[name])
        yield f"The ask {ask['ask_id']}: {', '.join(times)}."
        yield f"  {ask['words'].capitalize()}."


def _decision_lines(line: dict[str, Any]) -> Iterator[str]:
    is_asked = line["verdict"] == Verdict.ASK
    moment = MOMENT[line["trigger"]] if line["trigger"] else "no moment"
    verdict = "asked" if is_asked else "not asked"
    yield f"{_at(line['at'])}  {moment}: {verdict}; {line['words']}"
    chance = f"chance {line['probability']:.4g}, draw {line['draw']:.4f}"
    yield f"  rule {line['reason']}, {chance}, policy {line['policy_version']}"
    if line["otherwise"]:
        yield f"  To be asked: {line['otherwise']}"
    if line["settings"] and not is_asked:
        known = line["values"]
        named = (f"{name} = {known[name]}" if name in known else name for name in line["settings"])
        yield f"  In the policy: {', '.join(named)}"


def _at(time: str) -> str:
    return time[:19].replace("T", " ")
