"""Learns the closing detector and writes ``weights.json``: ``make moments``.

A logistic regression on the words and shapes of messages (``domain/moments``). Every message is
learnt twice: as it is, and without the agent's message. Thanks that a request follows in the same
message are rare in the dialogues, and asking there is what annoys most: some are put together of a
closing and a request of the same corpus. Shapes are learnt once more without any words, for the
languages that no corpus speaks; some others get a share of that. A corpus weighs as the root of
its size: none dominates. Then the log-odds are stretched so that they are calibrated on corpora
that were left out of learning. Messages come in one seeded order: the same files give the same
weights.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from afterword.domain.moments.phrases import LANGUAGES, index
from afterword.domain.moments.reading import Reader, pieces_of
from afterword.domain.moments.weights import FILE, Weights
from closings import (
    ANSWERS,
    FOLDER,
    FOLDS,
    LEARNT,
    OPEN_ENDED,
    UNSEEN,
    WRITTEN,
    Message,
    messages,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from afterword.domain.moments.phrases import Phrases
    from afterword.domain.moments.reading import Reading

PHRASES = Path(__file__).parent / "phrases"
BASE_RATE = 0.15  # share of messages with which a user has finished, as calibrated
RIDGE = 5e-5  # keeps weights of what few messages have from running away
SHAPE_RIDGE = 2.0  # as often: shapes overlap more than words do
# The share of what shapes alone say, chosen by folds: few dialogues teach too much about single
# words, in Japanese a little too little. The other languages gain nothing by it.
ALONE = {"de": 0.4, "hi": 0.4, "it": 0.4, "ja": -0.1}
LEAST = 3  # messages that must have a feature for it to be learnt
WITHOUT_AGENT = 0.3  # weight of the second learning of a message
MADE_OF = 6  # of so many closings, one is followed by a request once more
STEP = 0.04  # log-odds of one unit of the stored weights
SEED = 1
EPOCHS = 10
BATCH = 256  # messages
RATE = 0.1  # log-odds that the first step may take
_DAMPED = 1.5e-9  # keeps the first steps of what hardly any message has from being whole ones
_MOST = 30.0  # log-odds beyond which nothing changes
_BYTE = 127
_BRIEF = 120  # characters of what is put together
_STRIDE = 7919  # a prime, so that requests of all dialogues come up
_SHAPE, _LANGUAGE = "s", "l"
# WOZ in three languages is one set of dialogues.
_TRANSLATED = ("woz.en", "woz.de", "woz.it")


class Sample(NamedTuple):
    """Messages as numbers.

    Attributes:
        names: The features, in the order of the columns.
        matrix: Which message has which feature.
        bare: The same without the agent's message.
        messages: What the rows are.
        language: The language read, "" where none.
    """

    names: list[str]
    matrix: sparse.csr_matrix
    bare: sparse.csr_matrix
    messages: list[Message]
    language: list[str]

    def finished(self) -> NDArray[np.float64]:
        """1 finished, 0 goes on, NaN nobody can say."""
        told = [np.nan if one.finished is None else one.finished for one in self.messages]
        return np.array(told, dtype=float)

    def made(self) -> NDArray[np.bool_]:
        """Which messages were put together."""
        return np.array([one.is_made for one in self.messages])

    def corpora(self) -> NDArray[np.str_]:
        """The corpus of each message."""
        return np.array([one.corpus for one in self.messages])


def main() -> None:
    """Learn, and write the weights."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--leave-out", nargs="*", default=[], help="corpora, such as sgd.en")
    options.add_argument("--out", type=Path, default=FILE)
    got = options.parse_args()
    if not FOLDER.is_dir():
        print(f"{FOLDER} is absent: nothing learnt.")
        return
    phrases = listed_phrases()
    corpora = [one for one in (*LEARNT, *OPEN_ENDED, *WRITTEN) if one not in got.leave_out]
    weights = stored(read(phrases, corpora), phrases)
    encoded = msgspec.json.encode(weights)
    got.out.write_bytes(encoded + b"\n")
    print(f"{got.out}: {len(encoded):,} bytes")


def listed_phrases() -> Phrases:
    """Read the curated phrases of all languages."""
    files = {name: (PHRASES / f"{name}.toml").read_text("utf-8") for name in LANGUAGES}
    return index({name: tomllib.loads(text) for name, text in files.items()})


def read(phrases: Phrases, corpora: Iterable[str], names: list[str] | None = None) -> Sample:
    """Read messages; the features that enough of them have are found, or given."""
    reader = Reader(phrases)
    found = [one for corpus in corpora for one in labelled(corpus)]
    if names is None:
        found += _put_together(reader, found)
    whole = [reader.read(one.text, one.agent, None) for one in found]
    bare = [reader.read(one.text, None, None) for one in found]
    features = [sorted(features_of(one)) for one in whole]
    if names is None:
        counts = Counter(name for one in features for name in one)
        names = sorted(name for name, count in counts.items() if count >= LEAST)
    places = {name: place for place, name in enumerate(names)}
    return Sample(
        names,
        _matrix(features, places),
        _matrix([sorted(features_of(one)) for one in bare], places),
        found,
        [one.language or "" for one in whole],
    )


def labelled(corpus: str) -> list[Message]:
    """Read the messages of a corpus that turned out one way or the other."""
    return [one for one in messages(corpus) if one.finished is not None]


def features_of(reading: Reading) -> Iterator[str]:
    """Name the features of a message."""
    if reading.language is None:
        return
    yield f"{_LANGUAGE}:{reading.language}"
    yield from (f"w{reading.language}:{one}" for one in reading.words)
    yield from (f"{_SHAPE}:{one}" for one in pieces_of(reading.shape))
    yield from (f"a:{one}" for one in reading.agent)


def learn(
    sample: Sample, chosen: NDArray[np.bool_], *, by_shape: bool = False
) -> NDArray[np.float64]:
    """Fit the weights of the features, the bias last, to the chosen messages.

    Args:
        sample: All messages.
        chosen: Which of them to learn from.
        by_shape: Learn nothing but shapes.
    """
    finished = sample.finished()
    share = shares(sample, chosen)
    rows = share > 0
    # A no or a yes alone says nothing: of those, the question is never left away.
    has_agent = np.array(
        [one.agent is not None and one.corpus != ANSWERS for one in sample.messages]
    )[rows]
    x = sparse.vstack([sample.matrix[rows], sample.bare[rows][has_agent]])
    y = np.concatenate([finished[rows], finished[rows][has_agent]])
    w = np.concatenate([share[rows], WITHOUT_AGENT * share[rows][has_agent]])
    is_shape = np.array([name.startswith(f"{_SHAPE}:") for name in sample.names])
    if by_shape:
        x = x @ sparse.diags(is_shape.astype(float))
    x = sparse.csr_matrix(x)
    x.eliminate_zeros()
    return _descend(x, y, w / w.mean(), RIDGE * np.where(is_shape, SHAPE_RIDGE, 1.0))


def left_out(sample: Sample, *, by_shape: bool = False) -> NDArray[np.float64]:
    """Give each message of a learnt corpus the log-odds of weights that never saw the corpus."""
    corpora = sample.corpora()
    odds = np.full(len(corpora), np.nan)
    for corpus in sorted(set(corpora) - {*OPEN_ENDED, *UNSEEN, *WRITTEN}):
        if corpus in _TRANSLATED[1:]:
            continue
        gone = np.isin(corpora, _TRANSLATED if corpus in _TRANSLATED else [corpus])
        odds[gone] = odds_of(sample.matrix[gone], learn(sample, ~gone, by_shape=by_shape))
    return odds


def by_folds(sample: Sample, *, by_shape: bool = False) -> NDArray[np.float64]:
    """Give each message the log-odds of weights that did not see its dialogue."""
    folds = np.array([one.fold for one in sample.messages])
    odds = np.empty(len(folds))
    for fold in range(FOLDS):
        rows = folds == fold
        odds[rows] = odds_of(sample.matrix[rows], learn(sample, ~rows, by_shape=by_shape))
    return odds


def calibrate(sample: Sample, odds: NDArray[np.float64]) -> tuple[float, float]:
    """Find the stretch and shift that make log-odds of corpora left out of learning true.

    References: Platt (1999), Advances in Large Margin Classifiers, 61-74; each corpus weighs the
    same, and within it the finished messages weigh ``BASE_RATE``.
    """
    finished, corpora = sample.finished(), sample.corpora()
    share = np.zeros(len(odds))
    for corpus in sorted(set(corpora[~np.isnan(odds)])):
        for value, weight in ((1, BASE_RATE), (0, 1 - BASE_RATE)):
            rows = (corpora == corpus) & (finished == value) & ~sample.made()
            share[rows] = weight / max(1, rows.sum())
    rows = share > 0
    x = sparse.csr_matrix(odds[rows][:, None])
    found = fit(x, finished[rows], share[rows] / share.sum(), np.zeros(1))
    return float(found[0]), float(found[1])


def odds_of(matrix: sparse.csr_matrix, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the log-odds of messages."""
    return np.asarray(matrix @ weights[:-1] + weights[-1])


def stored(sample: Sample, phrases: Phrases) -> Weights:
    """Learn from all messages, calibrate, and round to bytes; what rounds to nothing goes."""
    whole, bias = _calibrated(sample, by_shape=False)
    alone, bias_alone = _calibrated(sample, by_shape=True)
    # Where no closing was learnt, words would speak against every closing.
    spoken = sorted({one.rpartition(".")[2] for one in LEARNT})
    return Weights(
        step=STEP,
        bias=bias,
        languages={one: unit for one, unit in whole[_LANGUAGE].items() if one in spoken},
        words={
            one: msgspec.Raw(msgspec.json.encode(whole[f"w{one}"]))
            for one in spoken
            if f"w{one}" in whole
        },
        shape=whole[_SHAPE],
        agent=whole["a"],
        bias_alone=bias_alone,
        shape_alone=alone[_SHAPE],
        alone=ALONE,
        phrases=phrases,
    )


def _calibrated(sample: Sample, *, by_shape: bool) -> tuple[dict[str, dict[str, int]], int]:
    every = np.ones(len(sample.messages), dtype=bool)
    weights = learn(sample, every, by_shape=by_shape)
    stretch, shift = calibrate(sample, left_out(sample, by_shape=by_shape))
    units = np.clip(np.rint(weights[:-1] * stretch / STEP), -_BYTE, _BYTE).astype(int)
    tables: dict[str, dict[str, int]] = {}
    for name, unit in zip(sample.names, units.tolist(), strict=True):
        if unit:
            table, _, feature = name.partition(":")
            tables.setdefault(table, {})[feature] = unit
    return tables, round((weights[-1] * stretch + shift) / STEP)


def _put_together(reader: Reader, found: Sequence[Message]) -> Iterator[Message]:
    closings: dict[tuple[str, int], list[Message]] = {}
    requests: dict[tuple[str, int], list[Message]] = {}
    for one in found:
        kinds = set(reader.read(one.text, one.agent, None).shape.letters)
        if len(one.text) > _BRIEF or one.corpus in (*OPEN_ENDED, *WRITTEN):
            continue
        if one.finished and kinds & set("TBD") and not kinds & set("QW"):
            closings.setdefault((one.corpus, one.fold), []).append(one)
        elif not one.finished and kinds & set("QW") and not kinds & set("TBD"):
            requests.setdefault((one.corpus, one.fold), []).append(one)
    for key, own in closings.items():
        for place, one in enumerate(own[::MADE_OF]):
            asked = requests[key][place * _STRIDE % len(requests[key])].text
            yield one._replace(text=f"{one.text} {asked}", finished=False, is_made=True)


def _matrix(features: list[list[str]], places: dict[str, int]) -> sparse.csr_matrix:
    columns = [[places[name] for name in one if name in places] for one in features]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([place for one in columns for place in one], dtype=np.int32)
    ones = np.ones(len(flat))
    return sparse.csr_matrix((ones, flat, ends), shape=(len(features), len(places)))


def shares(sample: Sample, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give what each of the chosen messages weighs, together 1; the others weigh nothing."""
    finished, corpora = sample.finished(), sample.corpora()
    readable = np.array([language != "" for language in sample.language])
    share = np.zeros(len(finished))
    for corpus in sorted(set(corpora)):
        rows = chosen & readable & (corpora == corpus)
        if corpus in OPEN_ENDED:
            rows &= finished == 0
        elif corpus in UNSEEN:
            continue
        share[rows] = max(1, rows.sum()) ** -0.5
    return share / share.sum()


def _descend(
    x: sparse.csr_matrix,
    finished: NDArray[np.float64],
    share: NDArray[np.float64],
    ridge: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Fit weights, the bias last, by steps that shrink with what a weight was moved before.

    References: Duchi, Hazan and Singer (2011), J. Mach. Learn. Res. 12, 2121-2159, figure 1.
    """
    order = np.random.default_rng(SEED).permutation(len(finished))
    x, finished, share = x[order], finished[order], share[order]
    bounds = [(at, min(at + BATCH, len(order))) for at in range(0, len(order), BATCH)]
    batches = [(x[a:b], finished[a:b], share[a:b] / (b - a)) for a, b in bounds]
    weights = np.zeros(x.shape[1] + 1)
    moved = np.full(len(weights), _DAMPED)
    drag = 2 * np.append(ridge, 0.0)
    for epoch in range(EPOCHS):
        rate = RATE * min(1.0, 2 * (1 - epoch / EPOCHS))
        for own, told, worth in batches:
            score = np.clip(odds_of(own, weights), -_MOST, _MOST)
            slope = worth * (1 / (1 + np.exp(-score)) - told)
            steep = drag * weights
            steep[:-1] += own.T @ slope
            steep[-1] += slope.sum()
            moved += steep * steep
            weights -= rate * steep / np.sqrt(moved)
    return weights


def fit(
    x: sparse.csr_matrix,
    finished: NDArray[np.float64],
    share: NDArray[np.float64],
    ridge: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Fit weights, the bias last, to the end: few features, or few messages.

    Args:
        x: Which message has which feature.
        finished: 1 finished, 0 goes on.
        share: What each message weighs; together 1.
        ridge: Of each feature.
    """
    transposed = x.T.tocsr()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = np.clip(odds_of(x, weights), -_MOST, _MOST)
        slope = share * (1 / (1 + np.exp(-score)) - finished)
        worth = share @ (np.logaddexp(0.0, score) - finished * score)
        steep = np.append(transposed @ slope + 2 * ridge * weights[:-1], slope.sum())
        return worth + ridge @ weights[:-1] ** 2, steep

    start = np.zeros(x.shape[1] + 1)
    return minimize(loss, start, jac=True, method="L-BFGS-B").x


if __name__ == "__main__":
    main()
