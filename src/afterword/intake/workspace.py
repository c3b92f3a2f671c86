"""What one group has in hand of one project: rows loaded once, changed in memory, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain.people import Person
from afterword.domain.policy import WEEK_US
from afterword.domain.sessions import thaw
from afterword.journal import asking, days, events, locks, markers, sessions
from afterword.journal.events import Conversation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

    from afterword.domain.session import Ask, Session
    from afterword.domain.sessions import Arrival, Name
    from afterword.journal.asking import LoggedDecision, LoggedRating
    from afterword.journal.projects import Project

Key = tuple[str, int]


class Workspace:
    """Loads what a group needs of one project, and writes what it changed."""

    def __init__(self, connection: Connection, project: Project, now_us: int) -> None:
        """Start with nothing loaded."""
        self.connection = connection
        self.project = project
        self.now_us = now_us
        self.arrivals: list[Arrival] = []
        self.decisions: list[LoggedDecision] = []
        self.ratings: list[LoggedRating] = []
        self.granted: list[tuple[Session, Ask]] = []
        self.n_opened = 0  # sessions that began with this group
        self.releases: dict[str, int] = {}
        self.due_us: dict[Key, int | None] = {}
        self.placed_late: dict[Name, int] = {}  # events that waited, with their session's number
        self._conversations: dict[str, Conversation] = {}
        self._stored: dict[str, list[Session]] = {}
        self._thawed: dict[Key, Session] = {}
        self._held: set[str] = set()
        self._persons: dict[str, Person] = {}
        self._asks: dict[str, Ask] = {}

    @property
    def name(self) -> str:
        """The project's name."""
        return self.project.name

    @property
    def thawed(self) -> dict[Key, Session]:
        """The sessions that this group may have changed."""
        return self._thawed

    def load_conversations(self, ids: Iterable[str]) -> None:
        """Hold conversations and read them with their last sessions, in key order."""
        wanted = sorted(set(ids))
        locks.hold_conversations(self.connection, self.name, wanted)
        known = events.load_conversations(self.connection, self.name, wanted)
        for one in wanted:
            self._conversations[one] = known.get(one) or Conversation(one)

    def load_more(self, ids: Iterable[str]) -> None:
        """Hold and read conversations that turned out to be touched too.

        They are out of order: who waits in a circle is run again.
        """
        self.load_conversations({*ids} - self._conversations.keys())

    def holds(self, session: Session) -> bool:
        """Tell whether a session may be changed: its conversation was loaded."""
        return session.conversation_id in self._conversations

    def conversation(self, conversation_id: str) -> Conversation:
        """Give a conversation that was loaded."""
        return self._conversations[conversation_id]

    def add_session(self, session: Session) -> Session:
        """Take a session that has just opened as the last of its conversation."""
        conversation = self._conversations[session.conversation_id]
        conversation.latest = session.number
        conversation.session = session
        conversation.is_changed = True
        self._thawed[session.conversation_id, session.number] = session
        self.n_opened += 1
        return session

    def hold_session(self, session: Session) -> Session:
        """Take a session that was read elsewhere, thawed."""
        key = (session.conversation_id, session.number)
        if key not in self._thawed:
            self._thawed[key] = thaw(session)
        return self._thawed[key]

    def session(self, conversation_id: str, number: int) -> Session:
        """Give a session that may be changed."""
        key = (conversation_id, number)
        found = self._thawed.get(key)
        if found is not None:
            return found
        conversation = self._conversations[conversation_id]
        frozen = conversation.session if conversation.latest == number else None
        frozen = frozen or self.peek(conversation_id, number)
        if frozen is None:
            msg = f"session {conversation_id}~{number} was assigned but is not in the journal"
            raise LookupError(msg)
        session = thaw(frozen)
        if conversation.latest == number:
            conversation.session = session
        self._thawed[key] = session
        return session

    def peek(self, conversation_id: str, number: int) -> Session | None:
        """Give a session as it stands, to be read only."""
        known = self._thawed.get((conversation_id, number))
        if known is not None:
            return known
        return sessions.load_session(self.connection, self.name, conversation_id, number)

    def all_sessions(self, conversation_id: str) -> list[Session]:
        """Give every session of a conversation as this group sees it, by number."""
        stored = self._stored.get(conversation_id)
        if stored is None:
            stored = sessions.load_conversation(self.connection, self.name, conversation_id)
            self._stored[conversation_id] = stored
        found = {session.number: session for session in stored}
        found |= {key[1]: s for key, s in self._thawed.items() if key[0] == conversation_id}
        return [found[number] for number in sorted(found)]

    def load_persons(self, keys: Iterable[str], visitors: Iterable[str] = ()) -> None:
        """Hold persons and read them, in key order; those that are new begin now.

        Args:
            keys: All whom this group may change: another one may not be held later.
            visitors: Persons to be held as well; they are read once it is known that they change.
        """
        wanted = sorted(set(keys))
        self._held = {*wanted, *visitors}
        locks.hold_persons(self.connection, self.name, self._held)
        self.read_persons(wanted)

    def read_persons(self, keys: Iterable[str]) -> None:
        """Read persons that are held."""
        wanted = [key for key in keys if key not in self._persons]
        if wanted:
            known = asking.load_persons(self.connection, self.name, wanted)
            for key in wanted:
                self._persons[key] = known.get(key) or Person(key=key, first_us=self.now_us)

    def person(self, key: str) -> Person:
        """Give a person that was loaded."""
        return self._persons[key]

    def recent_asks(self, persons: Iterable[str]) -> dict[str, list[Ask]]:
        """Read the asks of the last 7 days of these persons, with this group's changes."""
        wanted = sorted(set(persons))
        since_us = self.now_us - WEEK_US
        found = asking.asks_since(self.connection, self.name, wanted, since_us)
        merged = {ask.id: ask for asks in found.values() for ask in asks}
        merged |= self._asks
        recent: dict[str, list[Ask]] = {person: [] for person in wanted}
        for ask in merged.values():
            if ask.person in recent:
                recent[ask.person].append(ask)
        return recent

    def open_asks(self, conversations: Iterable[str]) -> dict[str, list[Ask]]:
        """Read the asks that wait for an answer, by conversation, once all is written."""
        found: dict[str, list[Ask]] = {}
        wanted: list[str] = []
        for one in conversations:
            conversation = self._conversations[one]
            if conversation.latest > 1:
                wanted.append(one)
            elif conversation.session is not None and conversation.session.open_ask is not None:
                found[one] = [conversation.session.open_ask]
        if wanted:  # an ask may be about a session before the last
            for ask in asking.open_asks(self.connection, self.name, wanted):
                found.setdefault(ask.conversation_id, []).append(ask)
        return found

    def put_ask(self, session: Session, ask: Ask) -> None:
        """Add an ask to its session, or replace it there."""
        others = [known for known in session.asks if known.id != ask.id]
        session.asks = sorted([*others, ask], key=lambda known: known.granted_us)
        self._asks[ask.id] = ask

    def write(self) -> None:
        """Write everything that changed but the sessions."""
        name, connection = self.name, self.connection
        for arrival in self.arrivals:
            if arrival.number is None:
                arrival.number = self.placed_late.pop(arrival.name, None)
        events.insert_events(connection, name, self.arrivals, self.now_us)
        events.assign_events(connection, name, self.placed_late)
        changed = [one for one in self._conversations.values() if one.is_changed]
        events.save_conversations(connection, name, changed)
        asking.save_persons(connection, name, list(self._persons.values()))
        asking.save_asks(connection, name, list(self._asks.values()), self.now_us)
        asking.log_decisions(connection, name, self.decisions)
        asking.log_ratings(connection, name, self.ratings)
        for release, at_us in sorted(self.releases.items()):
            markers.add_marker(connection, name, "release", release, at_us)
        empty = [one.id for one in self._conversations.values() if one.is_new]
        locks.tidy(connection, name, empty, self._held - self._persons.keys())

    def write_sessions(self) -> None:
        """Write the sessions that changed, last of all: their days are held to the commit."""
        if not self._thawed:
            return
        numbers = {sessions.day_of(session) for session in self._thawed.values()}
        versions = days.raise_versions(self.connection, self.name, numbers)
        rows = [
            sessions.Saved(session, self.due_us.get(key), versions[sessions.day_of(session)])
            for key, session in self._thawed.items()
        ]
        sessions.save_sessions(self.connection, rows)
