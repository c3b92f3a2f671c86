"""Writing a world as our own events, one JSON object a line, for ``import --format events``."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from gzip import GzipFile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from afterword.domain import events as ev
from afterword.domain.policy import SECOND_US
from afterword.simulation import facts, talks
from afterword.simulation.answers import CLOSING_MESSAGE, EXPLICIT_END, NO_REASON, NO_VOTE, UP
from afterword.simulation.asking import ANSWERED
from afterword.simulation.chances import Chances
from afterword.simulation.reasons import TEXTS
from afterword.simulation.visits import (
    COMPLETED,
    FLOWS,
    NO_FLOW,
    ONBOARDED_AFTER_US,
    STEPS,
)
from afterword.simulation.worlds import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from afterword.simulation.simulation import Simulation, Stretch

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEVELS: Final = tuple(ev.Rating)  # as worlds.Level numbers them
_STARTED_AFTER_US: Final = 5 * SECOND_US
_VOTED_AFTER_US: Final = 2 * SECOND_US
_COMPRESSION: Final = 5


def write_events(
    simulation: Simulation, path: Path, on_progress: Callable[[int], None] | None = None
) -> None:
    """Write a world's sessions as events, gzipped where the name ends in ``.gz``.

    There are no asks among them: ratings that are imported have the trigger ``import``.

    Args:
        simulation: The world.
        path: The file; replaced when it is there.
        on_progress: Told the number of sessions written so far.
    """
    encoder, teller = msgspec.json.Encoder(), _Teller(simulation)
    with ExitStack() as stack:
        stream: BinaryIO | GzipFile = stack.enter_context(path.open("wb"))
        if path.suffix == ".gz":
            # Neither name nor time: equal worlds give equal bytes.
            packed = GzipFile("", "wb", _COMPRESSION, stream, mtime=0)
            stream = stack.enter_context(packed)
        for stretch in simulation.days():
            stream.write(encoder.encode_lines(list(teller.tell(stretch))))
            if on_progress is not None:
                on_progress(stretch.last)


class _Told(NamedTuple):
    """One session: its columns as plain numbers."""

    place: int
    visit: dict[str, Any]
    person: dict[str, Any]
    answers: dict[str, Any]
    talk: dict[str, Any]
    release: int


class _Teller:
    """Tells the events of sessions, each session's together, in the order of their times."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._world = simulation.settings.world
        self._chances = Chances.of(simulation.settings)
        self._users = simulation.names()

    def tell(self, stretch: Stretch) -> Iterator[ev.Event]:
        span = slice(stretch.first, stretch.last)
        visits = self._simulation.visits.take(span)
        release = self._chances.release(visits.opened_us).tolist()
        tables = (
            visits.rows(),
            self._simulation.people.take(visits.person).rows(),
            self._simulation.answers.take(span).rows(),
            talks.draw_talks(self._simulation, stretch).rows(),
            release,
        )
        for place, row in enumerate(zip(*tables, strict=True), start=stretch.first):
            yield from self._tell_one(_Told(place, *row))

    def _tell_one(self, told: _Told) -> Iterator[ev.Event]:
        head = facts.conversation_head(self._simulation.settings.seed)
        name = f"{head}{told.place:0{facts.DIGITS}d}"
        spoken = list(_speak(told, name))
        yield self._start(told, name)
        yield spoken[0]
        yield from self._show_flow(told, name)
        yield from spoken[1:]
        yield from self._end(told, name)

    def _start(self, told: _Told, name: str) -> ev.SessionStarted:
        visit, person = told.visit, told.person
        release, place = self._world.releases[told.release], PLACES[person["place"]]
        is_pro = person["pro_from_us"] <= visit["opened_us"]
        traits = facts.traits(
            self._world, is_pro, person["place"], person["acquisition"], person["signed_up_day"]
        )
        return ev.SessionStarted(
            id=f"{name}/start",
            conversation_id=name,
            user_id=self._users[visit["person"]],
            at=_at(visit["opened_us"]),
            agent=facts.AGENT,
            release=release.name,
            model=release.model,
            prompt_version=release.prompt_version,
            use_case=self._world.use_cases[visit["use_case"]].name,
            channel=facts.CHANNELS[person["is_slack"]],
            device=talks.DEVICES[told.talk["device"]],
            locale=place.locale,
            timezone=place.timezone,
            traits={**traits},
            labels=facts.labels(self._world, visit["stage"], visit["arm"]) or None,
        )

    def _show_flow(self, told: _Told, name: str) -> Iterator[ev.Flow]:
        visit = told.visit
        flow, last = visit["flow"], STEPS[visit["step"]]
        if flow == NO_FLOW:
            return
        steps = [("shown", 0)]
        if visit["step"] in (STEPS.index("started"), COMPLETED):
            steps.append(("started", _STARTED_AFTER_US))
        if last in ("completed", "dismissed"):
            steps.append((last, ONBOARDED_AFTER_US))
        variant = facts.variant(self._world, flow, visit["arm"])
        for step, after_us in steps:
            yield ev.Flow(
                id=f"{name}/{step}",
                conversation_id=name,
                at=_at(visit["opened_us"] + after_us),
                flow=str(FLOWS[flow]),
                kind=facts.KINDS[flow],
                step=ev.FlowStep(step),
                variant=variant,
            )

    def _end(self, told: _Told, name: str) -> Iterator[ev.Event]:
        talk, answers, visit = told.talk, told.answers, told.visit
        feature = talks.FEATURES[talk["feature"]]
        last_us = talk["last_us"]
        if feature is not None:
            at = _at(last_us)
            yield ev.Feature(id=f"{name}/feature", conversation_id=name, at=at, feature=feature)
        if answers["last_vote"] != NO_VOTE:
            yield _vote(name, talk["n_turns"] - 1, last_us, answers["last_vote"])
        if answers["ending"] == EXPLICIT_END:
            at = _at(talk["closed_us"])
            yield ev.SessionEnded(id=f"{name}/end", conversation_id=name, at=at)
        if visit["ask"] == ANSWERED or visit["is_by_hand"]:
            reason = answers["reason"]
            yield ev.Rated(
                id=f"{name}/rating",
                conversation_id=name,
                at=_at(talk["rated_us"]),
                rating=_LEVELS[visit["level"]],
                reason=msgspec.UNSET if reason == NO_REASON else TEXTS[reason],
            )


def _speak(told: _Told, name: str) -> Iterator[ev.Event]:
    talk, answers = told.talk, told.answers
    n_turns = talk["n_turns"]
    last_answer = facts.REFUSAL if answers["has_refusal"] else facts.ANSWER
    for turn in range(n_turns):
        asked_us = told.visit["opened_us"] + turn * talk["pause_s"] * SECOND_US
        answered_us = asked_us + talk["latency_ms"] * 1_000
        is_last = turn == n_turns - 1
        tool = talks.TOOLS[talk["tool"]] if is_last else None
        tokens = _part(talk["tokens"], n_turns, turn)
        yield ev.Message(
            id=f"{name}/user-{turn}",
            conversation_id=name,
            at=_at(asked_us),
            role=ev.Role.USER,
            text=facts.AGAIN if answers["has_retry"] and turn >= n_turns - 2 else None,
            words=_part(talk["user_words"], n_turns, turn),
            closing=True if is_last and answers["ending"] == CLOSING_MESSAGE else None,
        )
        yield ev.Message(
            id=f"{name}/agent-{turn}",
            conversation_id=name,
            at=_at(answered_us),
            role=ev.Role.AGENT,
            message_id=f"{name}/agent-{turn}",
            text=last_answer if is_last else None,
            words=_part(talk["agent_words"], n_turns, turn),
            latency_ms=talk["latency_ms"],
            tokens=tokens,
            cost_usd=tokens * talks.NANO_USD_A_TOKEN / 1e9,
            tools=None if tool is None else [tool],
            error=facts.ERROR if is_last and answers["has_error"] else None,
        )
        if turn == 0 and answers["first_vote"] != NO_VOTE:
            yield _vote(name, turn, answered_us, answers["first_vote"])


def _vote(name: str, turn: int, answered_us: int, vote: int) -> ev.Feedback:
    return ev.Feedback(
        id=f"{name}/vote-{turn}",
        conversation_id=name,
        at=_at(answered_us + _VOTED_AFTER_US),
        message_id=f"{name}/agent-{turn}",
        value=ev.Vote.UP if vote == UP else ev.Vote.DOWN,
    )


def _part(total: int, n_turns: int, turn: int) -> int:
    even, rest = divmod(total, n_turns)
    return even + (rest if turn == 0 else 0)


def _at(at_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)
