"""USS, dialogues rated turn by turn and as a whole by several annotators; the first one counts.

A rating of a user's turn is about the agent's message before it. All times are the import's
start, a second apart within a dialogue.

References: Sun et al. (2021), Simulating User Satisfaction for the Evaluation of Task-oriented
    Dialogue Systems, SIGIR, 2499-2506.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from afterword.domain.events import MAX_BODY_BYTES, Id, Role
from afterword.errors import BodyTooLarge, InputError, InvalidField
from afterword.importers.checking import check_event
from afterword.importers.files import lines, opened
from afterword.importers.scale import Scale
from afterword.importers.times import from_us
from afterword.intake import Refused, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.importers.options import ImportOptions

_SCALE: Final = Scale(Decimal(1), Decimal(5))
_SECOND_US: Final = 1_000_000
Rated = Annotated[int, Meta(ge=1, le=5)] | None


class _Turn(Struct, frozen=True):
    role: Role
    text: str
    ratings: list[Rated] = []


class _Dialogue(Struct, frozen=True):
    dialogue_id: Id
    turns: list[_Turn]
    overall: list[Rated] = []


_DIALOGUE: Final = msgspec.json.Decoder(_Dialogue).decode


def read(path: Path, options: ImportOptions) -> Iterator[Sourced | Refused]:
    """Read dialogues, one a line; a dialogue is taken whole or not at all.

    Raises:
        SetupError: The file cannot be read.
    """
    with opened(path) as stream:
        for number, line in lines(stream):
            where = f"{path} line {number}"
            try:
                events = [check_event(raw) for raw in _events(_dialogue(line), options)]
            except InputError as error:
                yield Refused.of(where, error)
            else:
                yield from (Sourced(event, where) for event in events)


def _dialogue(line: bytes) -> _Dialogue:
    if len(line) > MAX_BODY_BYTES:
        raise BodyTooLarge("The line is larger than 1 MiB.")
    try:
        return _DIALOGUE(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise InvalidField(f"The line is no dialogue: {exc}.") from exc


def _events(dialogue: _Dialogue, options: ImportOptions) -> Iterator[dict[str, Any]]:
    name, scored = dialogue.dialogue_id, None
    agents = {place for place, turn in enumerate(dialogue.turns) if turn.role is Role.AGENT}
    for place, turn in enumerate(dialogue.turns):
        at = from_us(options.started_us + place * _SECOND_US)
        common = {"conversation_id": name, "at": at}
        told_id = f"{name}/{place}"
        message = {"id": told_id, "type": "message", "message_id": told_id}
        # Here agents say one thing in several messages, and none of them is a second answer.
        goes_on = turn.role is Role.AGENT and place + 1 in agents
        yield {**message, **common, "role": turn.role, "text": turn.text, "final": not goes_on}
        if turn.role is Role.AGENT:
            scored = told_id
        rated = _first(turn.ratings)
        if turn.role is Role.USER and rated is not None and scored is not None:
            feedback = {"id": f"{told_id}/feedback", "type": "feedback", "message_id": scored}
            yield {**feedback, **common, "score": (rated - 1) / 4}
    # The file holds whole dialogues: what comes after the last turn is the end.
    at = from_us(options.started_us + len(dialogue.turns) * _SECOND_US)
    common = {"conversation_id": name, "at": at}
    overall = _first(dialogue.overall)
    if overall is not None:
        rating = _SCALE.level(Decimal(overall))
        yield {"id": f"{name}/rating", "type": "rating", "rating": rating, **common}
    yield {"id": f"{name}/end", "type": "session.ended", **common}


def _first(ratings: list[int | None]) -> int | None:
    return ratings[0] if ratings else None
