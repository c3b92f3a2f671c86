"""One group, one transaction: what arrives together is committed together, then answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.domain import asks
from afterword.domain import events as ev
from afterword.domain.ids import TimeOrderedIds
from afterword.domain.masking import mask
from afterword.domain.moments import moment
from afterword.domain.people import Person, greet, learn_traits, note_onboarding
from afterword.domain.policy import LIVE_AHEAD_US, LIVE_BEHIND_US, Policy
from afterword.domain.session import LastMessage, Session, Stamp
from afterword.domain.sessions import Arrival, close_if_due
from afterword.domain.words import count_words
from afterword.errors import AfterwordError, TimeOutOfRange
from afterword.intake import answers
from afterword.intake.envelope import Envelope, Outcome
from afterword.intake.placing import place
from afterword.intake.timing import due_us
from afterword.intake.workspace import Key, Workspace
from afterword.journal.asking import LoggedDecision
from afterword.journal.events import known_ids

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from afterword.journal.projects import Project

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST_US: Final = 253_402_300_799_000_000  # the end of the year 9999
# Not decisions: an import is never asked, and what was asked or rated is history already.
_NOT_LOGGED: Final = (asks.Why.IMPORTED, asks.Why.ALREADY_ASKED, asks.Why.ALREADY_RATED)
_MASKED: Final[dict[type, tuple[str, ...]]] = {
    ev.Message: ("error",),
    ev.SessionEnded: ("outcome",),
    ev.Feedback: ("comment",),
    ev.Flow: ("answer",),
}
Job = tuple[Session, Callable[[Person], None]]


class Request(Struct):
    """One envelope inside its group."""

    group: Group
    envelope: Envelope
    outcome: Outcome
    arrivals: list[tuple[int, Arrival]]


class Group:
    """The events of one project inside one transaction: assign, fold, decide, write."""

    def __init__(
        self, connection: Connection, project: Project, now_us: int, ids: TimeOrderedIds
    ) -> None:
        """Begin with nothing taken."""
        self.space = Workspace(connection, project, now_us)
        self.policy: Policy = project.policy
        self._ids = ids
        self._texts: dict[Key, tuple[str, Stamp]] = {}
        self._agent_texts: dict[Key, str] = {}
        self._jobs: list[Job] = []
        self._direct: list[Arrival] = []

    def run(self, envelopes: Iterable[Envelope]) -> list[Outcome]:
        """Take envelopes and give their outcomes, true once the transaction commits."""
        requests = [self._read(envelope) for envelope in envelopes]
        fresh = [arrival for request in requests for _, arrival in request.arrivals]
        known = known_ids(self.space.connection, self.space.name, [one.id for one in fresh])
        named = {
            one.event.conversation_id  # type: ignore[union-attr]  # guarded by the condition
            for one in fresh
            if hasattr(one.event, "conversation_id")
        }
        self.space.load_conversations(named)
        for request in requests:
            self._place(request, known)
        is_test = any(request.envelope.is_test for request in requests)
        why = self._finish(list(self.space.thawed), is_test=is_test)
        for request in requests:
            self._answer(request, why)
        return [request.outcome for request in requests]

    def tick(self, sessions: Iterable[Session]) -> None:
        """Look again at sessions whose timer is due."""
        keys = []
        for session in sessions:
            held = self.space.hold_session(session)
            keys.append((held.conversation_id, held.number))
        self._finish(keys, is_test=False)

    # What placing an event may ask for.

    def tell(self, session: Session, change: Callable[[Person], None]) -> None:
        """Note a change to a session's person, made once all are loaded."""
        self._jobs.append((session, change))

    def greet(self, session: Session) -> None:
        """Note that a session's person is new to it."""
        session.session_number = 0
        self._jobs.append((session, lambda person: greet(person, session)))

    def tell_person(self, arrival: Arrival) -> None:
        """Note an event about a person outside any conversation."""
        self._direct.append(arrival)

    def note_flow(self, session: Session) -> None:
        """Note that a flow may have completed onboarding."""
        self._jobs.append((session, lambda person: note_onboarding(person, session)))

    def note_attributes(
        self, session: Session, event: ev.SessionAttributes, arrival: Arrival
    ) -> None:
        """Note traits for the person and a release for the time line."""
        traits = event.traits
        if traits:
            stamp = (arrival.at_us, arrival.id)
            self._jobs.append((session, lambda person: learn_traits(person, traits, stamp)))
        if event.release is not None and session.environment == "production":
            known = self.space.releases.get(event.release, session.opened_us)
            self.space.releases[event.release] = min(known, session.opened_us)

    def note_text(self, session: Session, arrival: Arrival, event: ev.Message) -> None:
        """Remember the text of the last user message until the detector has read it."""
        if event.text is None:
            return
        key = (session.conversation_id, session.number)
        if event.role is ev.Role.USER:
            last = session.last_user
            if last is not None and last.stamp[2] == arrival.id:
                self._texts[key] = (event.text, last.stamp)
        elif event.role is ev.Role.AGENT and key not in self._texts:
            self._agent_texts[key] = event.text

    # The stages of run().

    def _read(self, envelope: Envelope) -> Request:
        request = Request(self, envelope, Outcome(rejected=list(envelope.rejected)), [])
        for index, event in envelope.events:
            try:
                arrival = self._arrive(event, index, is_import=envelope.is_import)
            except AfterwordError as error:
                request.outcome.reject(index, error)
            else:
                request.arrivals.append((index, arrival))
        return request

    def _arrive(self, event: ev.AnyEvent | ev.Unrated, index: int, *, is_import: bool) -> Arrival:
        now_us = self.space.now_us
        # Events without a time happened now, in the order in which they were sent.
        at_us = now_us + index if event.at is None else _to_us(event.at)
        is_near = now_us - LIVE_BEHIND_US <= at_us <= now_us + LIVE_AHEAD_US
        if not is_near and (not is_import or not 0 <= at_us <= _LAST_US):
            raise TimeOutOfRange(
                "at lies more than 5 minutes ahead of the server or 7 days behind it.", field="at"
            )
        seen_us = at_us if is_import else now_us
        event_id = event.id if event.id is not None else self._ids.make(now_us)
        words = 0
        if type(event) is ev.Message:
            words = event.words or (count_words(event.text) if event.text else 0)
        return Arrival(event_id, at_us, seen_us, _masked(event), words, _told_closing(event))

    def _place(self, request: Request, known: set[str]) -> None:
        outcome = request.outcome
        for index, arrival in request.arrivals:
            if arrival.id in known:
                outcome.duplicates += 1
                continue
            try:
                place(request, index, arrival)
            except AfterwordError as error:
                outcome.reject(index, error)
                continue
            known.add(arrival.id)
            arrival.event = _without_text(arrival.event)
            outcome.accepted += 1

    def _finish(self, keys: Iterable[Key], *, is_test: bool) -> dict[str, list[str]]:
        sessions = [self.space.thawed[key] for key in keys]
        for session in sessions:
            self._detect(session)
            close_if_due(session, self.policy, self.space.now_us)
            answers.lapse(self, session)
        self._change_persons()
        policy = asks.without_limits(self.policy) if is_test else self.policy
        why = self._decide(sessions, policy)
        for session in self.space.thawed.values():
            key = (session.conversation_id, session.number)
            self.space.due_us[key] = due_us(session, self.policy, self.space.now_us)
        self.space.write()
        return why

    def _detect(self, session: Session) -> None:
        key = (session.conversation_id, session.number)
        found = self._texts.get(key)
        last = session.last_user
        if found is None or last is None or session.is_imported or session.rating is not None:
            return
        text, stamp = found
        if last.stamp == stamp and last.closing == 0.0:
            finished = moment(text, self._agent_texts.get(key), session.locale).finished
            session.last_user = LastMessage(stamp, closing=finished)

    def _change_persons(self) -> None:
        keys = {session.person for session, _ in self._jobs}
        direct = [(f"u:{one.event.user_id}", one) for one in self._direct]
        self.space.load_persons(keys | {key for key, _ in direct})
        # Traits first: a session that begins in this group is to be greeted with them.
        for key, arrival in direct:
            _tell_directly(self.space.person(key), arrival)
        for session, change in self._jobs:
            change(self.space.person(session.person))
        self._jobs.clear()
        self._direct.clear()

    def _decide(self, sessions: list[Session], policy: Policy) -> dict[str, list[str]]:
        now_us = self.space.now_us
        waiting: list[Session] = []
        why: dict[str, list[str]] = {}
        for session in sessions:
            trigger = asks.trigger_of(session, policy, now_us)
            barred = asks.bar(session, policy, trigger)
            if barred is None:
                waiting.append(session)
                continue
            if trigger is not None and barred not in _NOT_LOGGED:
                left = asks.Decision(asks.Verdict.LEAVE, barred, trigger, 0.0)
                self._log(session, left, policy)
            told = why.setdefault(session.conversation_id, [])
            told.append(f"{session.id}: not asked, {barred.value}")
        if not waiting:
            return why
        self.space.load_persons(session.person for session in waiting)
        for session in waiting:
            decision = self._decide_one(session, policy)
            told = why.setdefault(session.conversation_id, [])
            told.append(f"{session.id}: {decision.reason.value}")
        return why

    def _decide_one(self, session: Session, policy: Policy) -> asks.Decision:
        person = self.space.person(session.person)
        recent = self.space.recent_asks([session.person])[session.person]
        known = asks.patience(person, recent)
        draw = asks.draw_of(self.space.project.salt, session.id, policy.version)
        decision = asks.decide(policy, session, known, self.space.now_us, draw)
        self._log(session, decision, policy)
        if decision.verdict is asks.Verdict.ASK:
            ask = asks.grant(
                session,
                decision,
                policy,
                known,
                ask_id=self._ids.make(self.space.now_us),
                now_us=self.space.now_us,
            )
            self.space.put_ask(session, ask)
        return decision

    def _log(self, session: Session, decision: asks.Decision, policy: Policy) -> None:
        # A chat that goes on is looked at with every group: a line only where the answer changes.
        if session.decision == decision.reason.value:
            return
        session.decision = decision.reason.value
        draw = asks.draw_of(self.space.project.salt, session.id, policy.version)
        self.space.decisions.append(
            LoggedDecision(session.id, self.space.now_us, decision, draw, policy.version)
        )

    def _answer(self, request: Request, why: dict[str, list[str]]) -> None:
        named = {
            arrival.event.conversation_id: None  # type: ignore[union-attr]  # guarded below
            for _, arrival in request.arrivals
            if hasattr(arrival.event, "conversation_id")
        }
        for conversation_id in named:
            session = self.space.conversation(conversation_id).session
            open_ask = None if session is None else session.open_ask
            if open_ask is not None:
                request.outcome.asks.append(open_ask)
            if request.envelope.is_test:
                request.outcome.why += why.get(conversation_id, [])


def _to_us(at: datetime | float) -> int:
    if isinstance(at, datetime):
        return (at - _EPOCH) // _MICROSECOND
    return round(at * 1_000_000)


def _told_closing(event: ev.AnyEvent | ev.Unrated) -> float:
    return 1.0 if type(event) is ev.Message and event.closing else 0.0


def _masked(event: ev.AnyEvent | ev.Unrated) -> ev.AnyEvent | ev.Unrated:
    for name in _MASKED.get(type(event), ()):
        value = getattr(event, name)
        if value is not None:
            event = msgspec.structs.replace(event, **{name: mask(value)})
    return event


def _without_text(event: ev.AnyEvent | ev.Unrated) -> ev.AnyEvent | ev.Unrated:
    # Content is not kept: of a text only facts remain.
    if type(event) is ev.Message and event.text is not None:
        return msgspec.structs.replace(event, text=None)
    return event


def _tell_directly(person: Person, arrival: Arrival) -> None:
    event, stamp = arrival.event, (arrival.at_us, arrival.id)
    person.first_us = min(person.first_us, arrival.at_us)
    if isinstance(event, ev.Identify):
        learn_traits(person, event.traits, stamp)
    elif isinstance(event, ev.Activity):
        person.active_us = max(person.active_us or 0, arrival.at_us)
    elif isinstance(event, ev.Nps) and (person.nps is None or stamp > person.nps[:2]):
        person.nps = (*stamp, event.score)
