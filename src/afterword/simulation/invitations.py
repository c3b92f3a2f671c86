"""Invitations: the ask of each session that has one, with its times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from afterword.domain.policy import SECOND_US, Policy
from afterword.history.kinds import arrow_types
from afterword.simulation import asking
from afterword.simulation.answers import ENDINGS
from afterword.simulation.arrays import pick

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.simulation.answers import Answers
    from afterword.simulation.talks import Talks
    from afterword.simulation.visits import Visits

# From showing to answer: log-normal. It never takes longer than most of the time from the grant,
# which is drawn before it.
ANSWER_S: Final = 2.4
ANSWER_SPREAD: Final = 0.6
_MOST: Final = 0.9
_POLICY_VERSION: Final = 1  # the only one


def asks(visits: Visits, answers: Answers, talk: Talks, rng: Generator) -> pa.Array:
    """Make the column of asks: one for whoever was asked, none for the others."""
    is_asked = visits.ask != asking.NONE
    state, talk = visits.ask[is_asked], talk.take(is_asked)
    shown_us = _shown_us(talk, rng)
    columns = {
        "trigger": pick(ENDINGS, answers.ending[is_asked]),
        "state": pick(asking.STATES, state),
        "policy_version": pa.array(np.full(len(state), _POLICY_VERSION, np.int32)),
        "granted_at": pa.array(talk.asked_us),
        "shown_at": pa.array(shown_us, mask=~np.isin(state, asking.SEEN)),
        "ended_at": pa.array(_ended_us(state, shown_us, talk)),
        "answer_s": pa.array((talk.rated_us - shown_us) / 1e6, mask=state != asking.ANSWERED),
    }
    kind = arrow_types()["asks"]
    fields = kind.value_type.fields
    held = pa.StructArray.from_arrays(
        [columns[field.name].cast(field.type) for field in fields], fields=fields
    )
    offsets = np.concatenate([[0], np.cumsum(is_asked)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), held, type=kind)


def _shown_us(talk: Talks, rng: Generator) -> NDArray[np.int64]:
    takes_s = ANSWER_S * np.exp(ANSWER_SPREAD * rng.standard_normal(len(talk)))
    takes_us = np.minimum(takes_s * SECOND_US, _MOST * (talk.rated_us - talk.asked_us))
    shown: NDArray[np.int64] = talk.rated_us - takes_us.astype(np.int64)
    return shown


def _ended_us(
    state: NDArray[np.int8], shown_us: NDArray[np.int64], talk: Talks
) -> NDArray[np.int64]:
    # Whoever dismisses or goes on does so when others answer.
    lives_us = Policy().ask_lives * SECOND_US
    is_expired, is_ignored = state == asking.EXPIRED, state == asking.IGNORED
    ended_us = np.where(is_expired, talk.asked_us + lives_us, talk.rated_us)
    return np.where(is_ignored, np.maximum(talk.closed_us, shown_us + lives_us), ended_us)
