"""One group, one transaction: what arrives together is committed together, then answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.domain import asks
from afterword.domain import events as ev
from afterword.domain.masking import mask
from afterword.domain.policy import LIVE_AHEAD_US, LIVE_BEHIND_US, Policy
from afterword.domain.session import AskState, Session
from afterword.domain.sessions import Arrival, Name, close_if_due
from afterword.errors import AfterwordError, TimeOutOfRange
from afterword.intake import answers
from afterword.intake.announcing import announce
from afterword.intake.envelope import TEST, Envelope, Outcome, Speaker
from afterword.intake.erased import refuse_erased
from afterword.intake.listening import Listener
from afterword.intake.persons import PersonChanges
from afterword.intake.placing import check_speaker, place
from afterword.intake.reading import read_message
from afterword.intake.timing import due_us, moment_of
from afterword.intake.visits import last_conversation, take_back, visit
from afterword.intake.workspace import Key, Workspace
from afterword.journal.asking import LoggedDecision
from afterword.journal.events import known_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from afterword.domain.ids import TimeOrderedIds
    from afterword.domain.session import Ask, Trigger
    from afterword.domain.use_cases import UseCases
    from afterword.intake.clock import Clock
    from afterword.journal.outbox import Subscriber
    from afterword.journal.projects import Project

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST_US: Final = 253_402_300_799_000_000  # the end of the year 9999
# Said once a session at most: what was asked or rated is history already.
_HISTORY: Final = (asks.Why.ALREADY_ASKED, asks.Why.ALREADY_RATED)
_MASKED: Final[dict[type, tuple[str, ...]]] = {
    ev.Message: ("error",),
    ev.SessionEnded: ("outcome",),
    ev.Feedback: ("comment",),
    ev.Flow: ("answer",),
}


# A session, its moment, and what about itself speaks against asking now.
Judged = tuple[Session, "Trigger | None", "asks.Why | None"]


class Request(Struct):
    """One envelope inside its group."""

    group: Group
    envelope: Envelope
    outcome: Outcome
    arrivals: list[tuple[int, Arrival]]


class Group:
    """The events of one project inside one transaction: assign, fold, decide, write."""

    def __init__(
        self,
        connection: Connection,
        project: Project,
        clock: Clock,
        ids: TimeOrderedIds,
        subscribers: Sequence[Subscriber] = (),
        use_cases: UseCases | None = None,
    ) -> None:
        """Begin with nothing taken.

        Args:
            connection: Of the transaction.
            project: The tenant.
            clock: Server time.
            ids: Makes ids for what has none.
            subscribers: The channels that want to hear of it.
            use_cases: What users of the project may have come for.
        """
        self.space = Workspace(connection, project, clock.now_us())
        self.persons = PersonChanges(self.space)
        self.policy: Policy = project.policy
        self.use_cases = use_cases
        self._clock = clock
        self._ids = ids
        self._subscribers = subscribers
        self._listener = Listener()
        self.returned: list[tuple[Session, int]] = []  # in which users write again, and when

    def run(self, envelopes: Iterable[Envelope], *, is_careful: bool = True) -> list[Outcome]:
        """Take envelopes and give their outcomes, true once the transaction commits.

        Args:
            envelopes: In the order in which they came.
            is_careful: Whether to look first which messages are there already; where one is and
                nobody looked, the transaction fails, and passes when it is run again with care.
        """
        requests = [self._read(envelope) for envelope in envelopes]
        refuse_erased(self, requests)
        visits = _visits(requests)
        fresh = [arrival for request in requests for _, arrival in request.arrivals]
        named = _conversations(fresh)
        left = [last_conversation(self, speaker) for _, speaker in visits]
        self.space.load_conversations({*named, *(one for one in left if one is not None)})
        # Only now: what another server has just kept of these conversations is known, too.
        known = self._known(fresh, is_careful=is_careful)
        for request in requests:
            self._place(request, known)
        take_back(self, self.returned)
        is_test = any(request.envelope.is_test for request in requests)
        why = self._finish(list(self.space.thawed), is_test=is_test, visits=visits)
        pending = self.space.open_asks(named)
        for request in requests:
            request.outcome.own_texts = self.policy.texts
            self._answer(request, pending, why)
        for request, speaker in visits:
            request.outcome.asks = self._asks_of(speaker)
        return [request.outcome for request in requests]

    def tick(self, sessions: Iterable[Session]) -> None:
        """Look again at sessions whose timer is due."""
        keys = []
        for session in sessions:
            held = self.space.hold_session(session)
            keys.append((held.conversation_id, held.number))
        self._finish(keys, is_test=False)

    def note(self, session: Session, arrival: Arrival) -> None:
        """Remember what an event that was folded means beyond its session."""
        event = arrival.event
        if type(event) is ev.Message:
            self._listener.note(session, arrival, event)
        elif isinstance(event, ev.SessionAttributes):
            self._note_attributes(session, arrival, event)
        elif isinstance(event, ev.Flow):
            self.persons.note_flow(session)

    def _note_attributes(
        self, session: Session, arrival: Arrival, event: ev.SessionAttributes
    ) -> None:
        if event.traits:
            self.persons.learn(session, event.traits, (arrival.at_us, arrival.id))
        if event.release is not None and session.environment == "production":
            known = self.space.releases.get(event.release, session.opened_us)
            self.space.releases[event.release] = min(known, session.opened_us)

    # The stages of run().

    def _known(self, fresh: list[Arrival], *, is_careful: bool) -> set[Name]:
        # A message that is there already fails its insert, and all is done again; anything else
        # might be refused before it comes so far.
        doubted = fresh if is_careful else [a for a in fresh if type(a.event) is not ev.Message]
        return known_events(self.space.connection, self.space.name, [one.name for one in doubted])

    def _read(self, envelope: Envelope) -> Request:
        request = Request(self, envelope, Outcome(rejected=list(envelope.rejected)), [])
        # Without a time it happened now, after everything that was sent before it.
        first_us = self._clock.next_us(len(envelope.events))
        for place_us, (index, event) in enumerate(envelope.events, start=first_us):
            try:
                arrival = self._arrive(event, place_us, is_import=envelope.is_import)
                if type(event) is ev.Message:
                    read_message(arrival, event, envelope.facts.get(index))
                    arrival.hearing = envelope.hearings.get(index)
            except AfterwordError as error:
                request.outcome.reject(index, error)
            else:
                request.arrivals.append((index, arrival))
        return request

    def _arrive(
        self, event: ev.AnyEvent | ev.Unrated, told_us: int, *, is_import: bool
    ) -> Arrival:
        now_us = self.space.now_us
        at_us = told_us if event.at is None else _to_us(event.at)
        is_near = now_us - LIVE_BEHIND_US <= at_us <= now_us + LIVE_AHEAD_US
        if not is_near and (not is_import or not 0 <= at_us <= _LAST_US):
            raise TimeOutOfRange(
                "at lies more than 5 minutes ahead of the server or 7 days behind it.", field="at"
            )
        seen_us = at_us if is_import else now_us
        event_id = event.id if event.id is not None else self._ids.make(now_us)
        is_plain = type(event) is ev.Message and event.error is None  # nearly all are
        return Arrival(event_id, at_us, seen_us, event if is_plain else _masked(event))

    def _place(self, request: Request, known: set[Name]) -> None:
        outcome = request.outcome
        for index, arrival in request.arrivals:
            name = arrival.name
            try:
                if request.envelope.speaker is not None:
                    check_speaker(request, arrival.event, request.envelope.speaker)
                if name in known:
                    outcome.duplicates += 1
                    continue
                place(request, index, arrival)
            except AfterwordError as error:
                outcome.reject(index, error)
                continue
            known.add(name)
            arrival.event = _to_keep(arrival.event)
            outcome.accepted += 1

    def _finish(
        self,
        keys: Iterable[Key],
        *,
        is_test: bool,
        visits: Sequence[tuple[Request, Speaker]] = (),
    ) -> dict[str, list[str]]:
        sessions = [self.space.thawed[key] for key in keys]
        for session in sessions:
            if not (session.is_imported or session.rating is not None or session.n_handovers):
                self._listener.listen(session)
            close_if_due(session, self.policy, self.space.now_us)
            answers.lapse(self, session)
        judged = [self._judge(session) for session in sessions]
        asked = [session.person for session, _, barred in judged if barred is None]
        self.persons.make(asked, [speaker.persons[0] for _, speaker in visits])
        why = self._decide(judged, is_test=is_test)
        for _, speaker in visits:
            visit(self, speaker)
        for session in self.space.thawed.values():
            key = (session.conversation_id, session.number)
            self.space.due_us[key] = due_us(session, self.policy, self.space.now_us)
        self.space.write()
        announce(self.space, self._subscribers, self._ids)
        self.space.write_sessions()
        return why

    def _judge(self, session: Session) -> Judged:
        trigger = moment_of(session, self.policy, self.space.now_us)
        return session, trigger, asks.bar(session, self.policy, trigger)

    def _decide(self, judged: list[Judged], *, is_test: bool) -> dict[str, list[str]]:
        waiting: list[Session] = []
        why: dict[str, list[str]] = {}
        for session, trigger, barred in judged:
            if barred is None:
                waiting.append(session)
                continue
            if self._is_worth_logging(session, trigger, barred):
                left = asks.Decision(asks.Verdict.LEAVE, barred, trigger, 0.0)
                self._log(session, left, self.policy)
            told = why.setdefault(session.conversation_id, [])
            told.append(f"{session.id}: not asked, {barred.value}")
        for session in waiting:
            decision = self.decide(session, is_test=is_test)
            told = why.setdefault(session.conversation_id, [])
            told.append(f"{session.id}: {decision.reason.value}")
        return why

    def _is_worth_logging(
        self, session: Session, trigger: Trigger | None, barred: asks.Why
    ) -> bool:
        if session.is_imported:  # nobody was there to be asked
            return False
        if session.decision is None:
            return trigger is not None or session.closed_us is not None
        return trigger is not None and barred not in _HISTORY

    def decide(
        self, session: Session, *, is_test: bool = False, is_visiting: bool = False
    ) -> asks.Decision:
        """Decide about a session whose person is loaded; log it, and grant what it says.

        A session that was only read is taken in hand where something of it changes.
        """
        # A session that test keys made has no limits when it falls silent either.
        is_free = is_test or session.environment == TEST
        policy = asks.without_limits(self.policy) if is_free else self.policy
        person = self.space.person(session.person)
        recent = self.space.recent_asks([session.person])[session.person]
        known = asks.patience(person, recent, is_visiting=is_visiting)
        draw = asks.draw_of(self.space.project.salt, session.id, policy.version)
        decision = asks.decide(policy, session, known, self.space.now_us, draw)
        if decision.verdict is asks.Verdict.LEAVE and _is_told(session, decision):
            return decision
        session = self.space.hold_session(session)
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
            self.space.granted.append((session, ask))
        return decision

    def _log(self, session: Session, decision: asks.Decision, policy: Policy) -> None:
        # A chat that goes on is looked at with every group: a line only where the answer changes.
        if decision.verdict is asks.Verdict.LEAVE and _is_told(session, decision):
            return
        session.decision = decision.reason.value
        if session.drawn is None and decision.reason in asks.BY_CHANCE:
            session.drawn, session.ask_chance = decision.reason.value, decision.probability
        draw = asks.draw_of(self.space.project.salt, session.id, policy.version)
        self.space.decisions.append(
            LoggedDecision(session.id, self.space.now_us, decision, draw, policy.version)
        )

    def _asks_of(self, speaker: Speaker) -> list[Ask]:
        # Those that have ended too: whoever comes back may still show one.
        recent = self.space.recent_asks(speaker.persons)
        found = [ask for asks_ in recent.values() for ask in asks_ if not self._has_expired(ask)]
        return sorted(found, key=lambda ask: ask.granted_us)

    def _has_expired(self, ask: Ask) -> bool:
        return ask.state is AskState.GRANTED and ask.expires_us <= self.space.now_us

    def _answer(
        self, request: Request, pending: dict[str, list[Ask]], why: dict[str, list[str]]
    ) -> None:
        speaker = request.envelope.speaker
        if not pending and not request.envelope.is_test:
            return
        for conversation_id in _conversations(arrival for _, arrival in request.arrivals):
            for ask in pending.get(conversation_id, ()):
                is_theirs = speaker is None or ask.person in speaker.persons
                if is_theirs and not self._has_expired(ask):
                    request.outcome.asks.append(ask)
            if request.envelope.is_test:
                request.outcome.why += why.get(conversation_id, [])


def _visits(requests: Iterable[Request]) -> list[tuple[Request, Speaker]]:
    told = ((request, request.envelope) for request in requests)
    return [
        (request, envelope.speaker)
        for request, envelope in told
        if envelope.is_visit and envelope.speaker is not None
    ]


def _is_told(session: Session, decision: asks.Decision) -> bool:
    return session.decision == decision.reason.value


def _conversations(arrivals: Iterable[Arrival]) -> dict[str, None]:
    # In the order in which they were named.
    return {
        arrival.event.conversation_id: None
        for arrival in arrivals
        if not isinstance(arrival.event, ev.PERSONAL)
    }


def _to_us(at: datetime | float) -> int:
    if isinstance(at, datetime):
        return (at - _EPOCH) // _MICROSECOND
    return round(at * 1_000_000)


def _masked(event: ev.AnyEvent | ev.Unrated) -> ev.AnyEvent | ev.Unrated:
    for name in _MASKED.get(type(event), ()):
        value = getattr(event, name)
        if value is not None:
            event = msgspec.structs.replace(event, **{name: mask(value)})
    return event


def _to_keep(event: ev.AnyEvent | ev.Unrated) -> ev.AnyEvent | ev.Unrated:
    # Content is not kept: of a text only facts remain. The id has a column.
    if type(event) is ev.Message:
        return msgspec.structs.replace(event, text=None, id=None)
    return event
