"""``afterword asks replay``: what another policy would have asked, whom and when."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field
from msgspec.structs import replace as changed

from afterword.cli.parsing import open_journal, settings_of
from afterword.cli.replay_words import LIMITS
from afterword.domain.asks import Verdict, without_limits
from afterword.domain.policy import DAY_US, WEEK_US, Policy
from afterword.domain.replay import Rules, replay
from afterword.domain.session import AskState
from afterword.journal.logs import people_of
from afterword.journal.projects import load_project, policy_versions
from afterword.server.policies import read_policy
from afterword.server.times import read_time, write_time

if TYPE_CHECKING:
    import argparse

    from sqlalchemy.engine import Connection

    from afterword.domain.replay import Moment, PersonPast

_TEST: Final = "test"


class Tally(Struct):
    """What was asked under one policy."""

    triggers: Counter[str] = field(default_factory=Counter)
    in_day: int = 0  # most of one person in any 24 hours
    in_week: int = 0

    def add(self, told: list[tuple[int, str]]) -> None:
        """Count the asks of one person: times and triggers."""
        self.triggers.update(trigger for _, trigger in told)
        times = sorted(at_us for at_us, _ in told)
        self.in_day = max(self.in_day, _most_within(times, DAY_US))
        self.in_week = max(self.in_week, _most_within(times, WEEK_US))

    def view(self) -> dict[str, Any]:
        """Give it as it is printed."""
        return {
            "asks": self.triggers.total(),
            "by_trigger": dict(sorted(self.triggers.items())),
            "most_to_one_person": {"in_24_hours": self.in_day, "in_7_days": self.in_week},
        }


class _Count(Struct):
    sessions: int = 0
    people: int = 0
    then: Tally = field(default_factory=Tally)
    now: Tally = field(default_factory=Tally)
    if_ignored: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)


def run_replay(options: argparse.Namespace) -> dict[str, Any]:
    """Replay the sessions that the options name; give the result.

    Raises:
        SetupError: The policy is wrong; InvalidField: a time is.
    """
    from_us = read_time(options.from_, field="from")
    to_us = None if options.to is None else read_time(options.to, field="to")
    with open_journal(settings_of(options)) as journal, journal.read() as connection:
        rules = _rules(connection, options)
        count = _Count()
        people = people_of(connection, options.project, options.environment, from_us, to_us)
        for key, past in people:
            _count(count, key, past, rules)
    count.differences.sort(key=lambda one: (one["at"], one["session_id"]))
    return {
        "from": write_time(from_us),
        "to": None if to_us is None else write_time(to_us),
        "sessions": count.sessions,
        "people": count.people,
        "then": count.then.view(),
        "would_be": count.now.view() | {"if_ignored": count.if_ignored},
        "differences": count.differences,
        "limits": list(LIMITS),
    }


def _rules(connection: Connection, options: argparse.Namespace) -> Rules:
    now_us = time.time_ns() // 1000
    versions = policy_versions(connection, options.project)
    newest = versions[max(versions)] if versions else Policy()
    policy = read_policy(options.policy, newest)
    if options.environment == _TEST:
        policy = without_limits(policy)
    # Where there is no project yet there is no session either, and no salt is needed.
    salt = load_project(connection, options.project, now_us).salt if versions else b""
    return Rules(policy=policy, then=versions or {1: newest}, salt=salt, now_us=now_us)


def _count(count: _Count, key: str, past: PersonPast, rules: Rules) -> None:
    asked = _asked(replay(past, rules))
    then = [
        (ask.granted_us, ask.trigger.value) for one in past.sessions for ask in one.session.asks
    ]
    count.sessions += len(past.sessions)
    count.people += 1
    count.then.add(then)
    count.now.add([told for asks in asked.values() for told in asks])
    ignored = _asked(replay(past, changed(rules, unknown=AskState.IGNORED)))
    count.if_ignored += sum(map(len, ignored.values()))
    last = {moment.session_id: moment for moment in replay(past, rules)}
    for one in past.sessions:
        session = one.session
        was = [(ask.granted_us, ask.trigger.value) for ask in session.asks]
        would = asked.get(session.id, [])
        if [trigger for _, trigger in was] != [trigger for _, trigger in would]:
            moment = last.get(session.id)
            count.differences.append(_difference(key, session.id, was, would, moment))


def _asked(moments: list[Moment]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for one in moments:
        decision = one.decision
        if decision is not None and decision.verdict is Verdict.ASK and decision.trigger:
            found.setdefault(one.session_id, []).append((one.at_us, decision.trigger.value))
    return found


def _difference(
    key: str,
    session_id: str,
    was: list[tuple[int, str]],
    would: list[tuple[int, str]],
    moment: Moment | None,
) -> dict[str, Any]:
    decision = None if moment is None else moment.decision
    return {
        "session_id": session_id,
        "person": key,
        "at": write_time(min(at_us for at_us, _ in (*was, *would))),
        "then": [{"at": write_time(at_us), "trigger": trigger} for at_us, trigger in was],
        "would_be": [{"at": write_time(at_us), "trigger": trigger} for at_us, trigger in would],
        "reason": "asked" if would or decision is None else decision.reason.value,
    }


def _most_within(times: list[int], span_us: int) -> int:
    most = start = 0
    for end, at_us in enumerate(times):
        while times[start] <= at_us - span_us:
            start += 1
        most = max(most, end - start + 1)
    return most
