"""What comes late of somebody who was erased: a spool, a retry, a file that is imported again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain.session import person_of
from afterword.errors import Erased
from afterword.journal import tombstones
from afterword.journal.events import load_conversations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from afterword.domain.sessions import Arrival
    from afterword.intake.group import Group, Request


def refuse_erased(group: Group, requests: Sequence[Request]) -> None:
    """Take out of requests what happened up to an erasure, to whoever was erased.

    It comes first of all: on PostgreSQL an erasure that is under way is waited for.

    Args:
        group: Of the requests; nothing is held yet.
        requests: Lose such arrivals, with a rejection for each.
    """
    newest_us = tombstones.newest_us(group.space.connection, group.space.name)
    if newest_us is None:
        return
    old = [one for request in requests for _, one in request.arrivals if one.at_us <= newest_us]
    if not old:
        return  # as nearly always
    erased = _erased(group, old)
    for request in requests:
        kept = []
        for index, arrival in request.arrivals:
            if _is_erased(arrival, erased):
                request.outcome.reject(index, Erased())
            else:
                kept.append((index, arrival))
        request.arrivals = kept


def _erased(group: Group, old: list[Arrival]) -> dict[str, int]:
    connection, project = group.space.connection, group.space.project
    found = tombstones.erased_at(connection, project, {key for one in old for key in _keys(one)})
    # What else is told of a conversation that such a person began is no more to be kept.
    begun: dict[str, int] = {}
    for one in old:
        key = _user(one)
        if key in found and one.at_us <= found[key] and one.conversation_id is not None:
            begun[one.conversation_id] = found[key]
    known = load_conversations(connection, project.name, sorted(begun))
    named = ((one.conversation_id, _user(one)) for one in old)
    others = {chat for chat, user in named if user is not None and user not in found}
    for conversation_id in sorted(begun.keys() - known.keys() - others):
        key = person_of(conversation_id, None)
        tombstones.bury(connection, project, [key], begun[conversation_id])
        found.setdefault(key, begun[conversation_id])
    return found


def _is_erased(arrival: Arrival, erased: dict[str, int]) -> bool:
    return any(arrival.at_us <= erased.get(key, -1) for key in _keys(arrival))


def _keys(arrival: Arrival) -> Iterable[str]:
    user, conversation_id = _user(arrival), arrival.conversation_id
    if user is not None:
        yield user
    if conversation_id is not None:
        yield person_of(conversation_id, None)


def _user(arrival: Arrival) -> str | None:
    user_id = arrival.event.user_id
    return None if user_id is None else person_of("", user_id)
