"""What one group changes about people: noted while events are placed, done once all are loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from afterword.domain import events as ev
from afterword.domain.people import Person, greet, learn_traits, note_onboarding

if TYPE_CHECKING:
    from afterword.domain.events import TraitValue
    from afterword.domain.session import Session
    from afterword.domain.sessions import Arrival
    from afterword.intake.workspace import Key, Workspace

Change = Callable[[Person], None]
_ANONYMOUS: Final = "c:"
_TRAITS, _GREETING = 0, 1  # of what happened at one time, in this order


class PersonChanges:
    """Collects changes to the people of a group's sessions, and makes them."""

    def __init__(self, space: Workspace) -> None:
        """Begin with none."""
        self._space = space
        self._changes: list[tuple[Session, Change]] = []
        self._flows: list[Session] = []
        self._traits: list[tuple[Session, dict[str, TraitValue], tuple[int, str]]] = []
        self._direct: list[Arrival] = []
        self._greeted: dict[Key, tuple[Session, str | None]] = {}

    def tell(self, session: Session, change: Change) -> None:
        """Note a change to a session's person."""
        self._changes.append((session, change))

    def tell_directly(self, arrival: Arrival) -> None:
        """Note an event about a person outside any conversation."""
        self._direct.append(arrival)

    def greet(self, session: Session, former: str | None) -> None:
        """Note that a session's person is new to it.

        Args:
            session: Its person is the one that it has once the group is folded.
            former: Whose session it was taken for by groups before.
        """
        self._greeted.setdefault((session.conversation_id, session.number), (session, former))

    def note_flow(self, session: Session) -> None:
        """Note that a flow may have completed onboarding."""
        self._flows.append(session)

    def learn(
        self, session: Session, traits: dict[str, TraitValue], stamp: tuple[int, str]
    ) -> None:
        """Note traits of a session's person."""
        self._traits.append((session, traits, stamp))

    def make(self, others: Iterable[str] = (), visitors: Iterable[str] = ()) -> None:
        """Load everyone whom the group may change, and make the changes.

        Args:
            others: Persons about whom nothing was noted, and who may be asked.
            visitors: Persons who may be asked because they have come back.
        """
        keys = {session.person for session in self._flows}
        keys |= {session.person for session, _ in self._changes}
        keys |= {session.person for session, _, _ in self._traits}
        keys |= {session.person for session, _ in self._greeted.values()}
        keys |= {former for _, former in self._greeted.values() if former is not None}
        keys |= {_key(arrival) for arrival in self._direct}
        self._space.load_persons({*keys, *others}, visitors)
        for session in self._flows:
            note_onboarding(self._space.person(session.person), session)
        # A session is greeted with what was true when it began, however late it was told.
        for _, _, change, person in sorted(self._dated(), key=lambda told: told[:2]):
            change(person)
        for session, change in self._changes:
            change(self._space.person(session.person))

    def _dated(self) -> list[tuple[int, int, Change, Person]]:
        person = self._space.person
        found: list[tuple[int, int, Change, Person]] = []
        for arrival in self._direct:
            change = _directly(arrival)
            found.append((arrival.at_us, _TRAITS, change, person(_key(arrival))))
        for session, traits, stamp in self._traits:
            change = _learning(traits, stamp)
            found.append((stamp[0], _TRAITS, change, person(session.person)))
        for session, former in self._greeted.values():
            change = self._greeting(session, former)
            found.append((session.opened_us, _GREETING, change, person(session.person)))
        return found

    def _greeting(self, session: Session, former: str | None) -> Change:
        def change(person: Person) -> None:
            if former is None:
                greet(person, session)
            elif former != person.key:
                # It was counted for the wrong one.
                wrong = self._space.person(former)
                wrong.n_sessions = max(0, wrong.n_sessions - 1)
                greet(person, session)
                if former.startswith(_ANONYMOUS):
                    self._recognise(person, session, wrong)

        return change

    def _recognise(self, person: Person, session: Session, nobody: Person) -> None:
        # The conversation stood for the person: its asks and its impatience are theirs.
        for ask in session.asks:
            self._space.put_ask(session, msgspec.structs.replace(ask, person=person.key))
        person.has_stopped |= nobody.has_stopped
        person.n_dismissed += nobody.n_dismissed
        if nobody.streak:
            person.streak += nobody.streak
            person.quiet_number = session.session_number
        nobody.streak = nobody.n_dismissed = 0


def _key(arrival: Arrival) -> str:
    return f"u:{arrival.event.user_id}"


def _learning(traits: dict[str, TraitValue], stamp: tuple[int, str]) -> Change:
    return lambda person: learn_traits(person, traits, stamp)


def _directly(arrival: Arrival) -> Change:
    event, stamp = arrival.event, (arrival.at_us, arrival.id)

    def change(person: Person) -> None:
        person.first_us = min(person.first_us, arrival.at_us)
        if isinstance(event, ev.Identify):
            learn_traits(person, event.traits, stamp)
        elif isinstance(event, ev.Activity):
            person.active_us = max(person.active_us or 0, arrival.at_us)
        elif isinstance(event, ev.Nps) and (person.nps is None or stamp > person.nps[:2]):
            person.nps = (*stamp, event.score)

    return change
