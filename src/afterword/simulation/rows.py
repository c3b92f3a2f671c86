"""Rows: simulated sessions as the history keeps them, a day at a time, as Arrow columns."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afterword.domain.events import Rating, Source
from afterword.domain.policy import DAY_US, SECOND_US
from afterword.domain.session import CloseReason, Trigger
from afterword.history.newcomers import NEW_DAYS
from afterword.history.schema import arrow_schema, person_key
from afterword.simulation import asking, facts, flows, invitations, talks
from afterword.simulation.answers import DOWN, ENDINGS, EXPLICIT_END, NO_REASON, NO_VOTE, UP
from afterword.simulation.arrays import lists, maps, pick
from afterword.simulation.chances import Chances
from afterword.simulation.reasons import TEXTS
from afterword.simulation.simulation import ASKS
from afterword.simulation.visits import FLOWS
from afterword.simulation.worlds import PLACES, PLANS

if TYPE_CHECKING:
    from afterword.simulation.answers import Answers
    from afterword.simulation.people import People
    from afterword.simulation.simulation import Simulation, Stretch
    from afterword.simulation.talks import Talks
    from afterword.simulation.visits import Visits

_LEVELS: Final = tuple(Rating)  # as worlds.Level numbers them
Columns = dict[str, "pa.Array"]


class Rows:
    """Makes the history's rows of a simulation."""

    def __init__(self, simulation: Simulation, project: str) -> None:
        """Prepare what all days share: names, keys and traits of people."""
        self._simulation = simulation
        self._project = project
        self._chances = Chances.of(simulation.settings)
        names = simulation.names()
        self._users = pa.array(names)
        self._keys = np.array([person_key(project, f"u:{name}") for name in names])
        self._traits = _Traits(simulation)
        world = simulation.settings.world
        self._labels = maps([facts.labels(world, *one) for one in _STAGES])

    def table(self, stretch: Stretch) -> pa.Table:
        """Make the rows of one UTC day, by opening."""
        span = slice(stretch.first, stretch.last)
        visits, answers = self._simulation.visits.take(span), self._simulation.answers.take(span)
        people = self._simulation.people.take(visits.person)
        talk = talks.draw_talks(self._simulation, stretch)
        columns = {
            **self._who(visits, stretch),
            **self._when(visits, people, answers, talk),
            **self._what(visits, people),
            **_said(answers, talk),
            **_judged(answers),
            **flows.columns(self._simulation.settings.world, visits),
            **self._asked(visits, answers, talk),
        }
        rng = np.random.default_rng([self._simulation.settings.seed, ASKS, stretch.day])
        columns["asks"] = invitations.asks(visits, answers, talk, rng)
        columns["day"] = pa.array(np.full(len(visits), stretch.day, dtype=np.int32))
        return _complete(columns, len(visits))

    def _who(self, visits: Visits, stretch: Stretch) -> Columns:
        places = pa.array(np.arange(stretch.first, stretch.last))
        digits = pc.utf8_lpad(places.cast(pa.string()), facts.DIGITS, "0")
        head = facts.conversation_head(self._simulation.settings.seed)
        signed_up_day = self._simulation.people.signed_up_day[visits.person].astype(np.int64)
        conversations = pc.binary_join_element_wise(head, digits, "")
        users = self._users.take(pa.array(visits.person))
        return {
            "project": _all(self._project, len(visits)),
            "environment": _all("production", len(visits)),
            "conversation_id": conversations,
            "session_id": pc.binary_join_element_wise(conversations, "1", "~"),
            "number": pa.array(np.ones(len(visits), dtype=np.int32)),
            "user_id": users,
            "person": pc.binary_join_element_wise("u:", users, ""),
            "person_key": pa.array(self._keys[visits.person]),
            "session_number": pa.array(visits.number),
            "tenure_days": pa.array(visits.tenure_days),
            "is_onboarded": pa.array(visits.is_onboarded),
            "is_new": pa.array(visits.opened_us < (signed_up_day + NEW_DAYS) * DAY_US),
        }

    def _when(self, visits: Visits, people: People, answers: Answers, talk: Talks) -> Columns:
        local_us = self._simulation.clocks.local_us(people.place, visits.opened_us)
        settles_us = self._simulation.settings.policy.settles_after * SECOND_US
        reasons = (CloseReason.SILENCE.value, CloseReason.ENDED.value)
        return {
            "opened_at": pa.array(visits.opened_us),
            "last_at": pa.array(talk.last_us),
            "closed_at": pa.array(talk.closed_us),
            "close_reason": pick(reasons, answers.ending == EXPLICIT_END),
            "local_hour": pa.array(visits.hour),
            "local_weekday": pa.array((local_us // DAY_US + 3) % 7),
            "duration_s": pa.array((talk.last_us - visits.opened_us) / 1e6),
            "is_settled": pa.array(
                talk.closed_us + settles_us <= self._simulation.settings.end_us
            ),
        }

    def _what(self, visits: Visits, people: People) -> Columns:
        world = self._simulation.settings.world
        release = self._chances.release(visits.opened_us)
        return {
            "agent": _all(facts.AGENT, len(visits)),
            "release": pick([one.name for one in world.releases], release),
            "model": pick([one.model for one in world.releases], release),
            "prompt_version": pick([one.prompt_version for one in world.releases], release),
            "use_case": pick([one.name for one in world.use_cases], visits.use_case),
            "channel": pick(facts.CHANNELS, people.is_slack),
            "locale": pick([place.locale for place in PLACES], people.place),
            "timezone": pick([place.timezone for place in PLACES], people.place),
            "traits": self._traits.of(visits, people),
            "labels": self._labels.take(pa.array(visits.stage * 2 + visits.arm)),
        }

    def _asked(self, visits: Visits, answers: Answers, talk: Talks) -> Columns:
        rated, ask = visits.is_rated, visits.ask
        is_asked = ask != asking.NONE
        is_answered = ask == asking.ANSWERED
        is_drawn = np.isin(visits.decision, asking.DRAWN)
        sources = np.where(visits.is_by_hand, _BY_HAND, answers.ending)
        has_reason = answers.reason != NO_REASON
        return {
            "n_asks": pa.array(is_asked),
            "n_shown": pa.array(np.isin(ask, asking.SEEN)),
            "n_answered": pa.array(is_answered),
            "ask_state": pick(asking.STATES, ask),
            "trigger": pick(_TRIGGERS, sources, is_asked | rated),
            "decision": pick(asking.DECISIONS, visits.decision),
            "drawn": pick(asking.DECISIONS, visits.decision, is_drawn),
            "ask_chance": pa.array(visits.ask_chance, mask=~is_drawn),
            "rating": pick(_LEVELS, visits.level, rated),
            "rated_at": pa.array(talk.rated_us, mask=~rated),
            "rating_source": pick((Source.WIDGET.value,), np.zeros(len(rated), np.int8), rated),
            "is_unasked": pa.array(visits.is_by_hand),
            "n_revisions": pa.array(np.zeros(len(rated), np.int32), mask=~rated),
            "reason": pick(TEXTS, answers.reason, has_reason),
            "has_reason": pa.array(has_reason),
        }


class _Traits:
    """All combinations of traits, so that rows only pick."""

    def __init__(self, simulation: Simulation) -> None:
        settings = simulation.settings
        days = simulation.people.signed_up_day
        self._first_day = int(days.min())
        self._sizes = (
            len(PLANS),
            len(PLACES),
            len(settings.world.acquisitions),
            int(days.max()) - self._first_day + 1,
        )
        self._all = maps(
            [
                facts.traits(settings.world, plan, place, acquisition, self._first_day + day)
                for plan, place, acquisition, day in product(*map(range, self._sizes))
            ]
        )

    def of(self, visits: Visits, people: People) -> pa.Array:
        parts = (
            (people.pro_from_us <= visits.opened_us).astype(np.int64),
            people.place,
            people.acquisition,
            people.signed_up_day - self._first_day,
        )
        return self._all.take(pa.array(np.ravel_multi_index(parts, self._sizes)))


def _said(answers: Answers, talk: Talks) -> Columns:
    return {
        "n_user": pa.array(talk.n_turns),
        "n_agent": pa.array(talk.n_turns),
        "n_errors": pa.array(answers.has_error),
        "n_refusals": pa.array(answers.has_refusal),
        "n_retries": pa.array(answers.has_retry),
        "user_words": pa.array(talk.user_words),
        "agent_words": pa.array(talk.agent_words),
        "tokens": pa.array(talk.tokens),
        "cost_usd": pa.array(talk.tokens * talks.NANO_USD_A_TOKEN / 1e9),
        "latency_ms": pa.array(talk.latency_ms.astype(np.float64)),
        "device": pick(talks.DEVICES, talk.device),
        "tools": lists(talks.TOOLS, talk.tool),
        "features": lists(talks.FEATURES, talk.feature),
    }


def _judged(answers: Answers) -> Columns:
    first, last = answers.first_vote, answers.last_vote
    n_up = (first == UP).astype(np.int32) + (last == UP)
    n_down = (first == DOWN).astype(np.int32) + (last == DOWN)
    n_votes = n_up + n_down
    nobody = n_votes == 0
    return {
        "n_feedback": pa.array(n_votes),
        "n_up": pa.array(n_up),
        "n_down": pa.array(n_down),
        "feedback_mean": pa.array(n_up / np.maximum(n_votes, 1), mask=nobody),
        "feedback_last": pa.array((last == UP).astype(np.float64), mask=last == NO_VOTE),
        "feedback_worst": pa.array((n_down == 0).astype(np.float64), mask=nobody),
    }


_STAGES: Final = tuple(product(range(len(FLOWS)), range(2)))
_TRIGGERS: Final = (*ENDINGS, Trigger.USER_OPENED)
_BY_HAND: Final = len(ENDINGS)


def _complete(columns: Columns, n: int) -> pa.Table:
    schema = arrow_schema()
    return pa.Table.from_arrays(
        [
            columns[field.name].cast(field.type) if field.name in columns else _empty(field, n)
            for field in schema
        ],
        schema=schema,
    )


def _empty(field: pa.Field, n: int) -> pa.Array:
    # What the worlds have nothing of: hand-overs, metadata, outcomes, traces.
    if pa.types.is_map(field.type):
        return pa.array([[]], field.type).take(pa.array(np.zeros(n, np.int8)))
    if pa.types.is_boolean(field.type) or field.name.startswith("n_"):
        return pa.array(np.zeros(n, dtype=np.int8)).cast(field.type)
    return pa.nulls(n, field.type)


def _all(value: str, n: int) -> pa.Array:
    return pa.repeat(value, n)
