"""What the closing detector's text could give at most: bounds beside ``bench/moments.py``.

Three readers that no product could ship. One knows how every exact input turned out: what the
detector sees of a message, and the message alone. One has the acts that a corpus's annotators gave
each message. One is learnt from the corpus that it reads, by folds, with some hundred thousand
n-grams. Each may choose its own threshold for each corpus; the product has one for all.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

import learn_moments as learning
from afterword.domain.moments.reading import Reader
from closings import FOLDER, FOLDS, LEARNT, OPEN_ENDED, WRITTEN, Message
from moments import Judged, figures, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    Key = Callable[[Message], Hashable]

_CORPORA = ("sgd.en", "star.en", "mwoz.en", "woz.en", "jmultiwoz.ja", "hdrs.hi")
_MOST = 0.05  # of dialogues that may be interrupted
_SEEN = 80  # characters of the agent's message that the detector reads
_READ = 160  # and the larger reader
_GRAMS = range(1, 6)
_LEAST = 2
_RIDGE = 0.5  # of a message
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[?.!]")
_THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.81, 0.85, 0.9)
_AT_ALL = ("sgd.en", "star.en", "mwoz.en", "woz.en", "jmultiwoz.ja", "cod.id", "convai2.en")


class Best(NamedTuple):
    """What a reader gives at its own best threshold, in per cent of dialogues."""

    recall: float  # R@2
    asked: float  # where at most 5 % are interrupted
    most_asked: float  # however many are


def main() -> None:
    """Print the bounds."""
    if not FOLDER.is_dir():
        print(f"{FOLDER} is absent: nothing measured.")
        return
    phrases = learning.listed_phrases()
    judged = judge(learning.read(phrases, (*LEARNT, *OPEN_ENDED, *WRITTEN)))
    _print_thresholds(judged)
    reader = Reader(phrases)
    _print_annotators(judged, reader)
    print(
        "| corpus | reader | R@2 | asked, 5 % interrupted | asked at most |\n|---|---|---|---|---|"
    )
    for corpus in _CORPORA:
        rows = [at for at, one in enumerate(judged.messages) if one.corpus == corpus]
        own = [judged.messages[row] for row in rows]
        larger, shipped = learnt_alone(own, reader), judged.seen_corpus[rows]
        readers = {
            "shipped": shipped,
            "larger": larger,
            "mean of both": 1 / (1 + np.exp(-(_odds(larger) + _odds(shipped)) / 2)),
            "exact input": all_knowing(own, _input),
            "exact message": all_knowing(own, lambda one: _plain(one.text)),
        }
        for name, chances in readers.items():
            told = best(own, chances)
            print(
                f"| {corpus} | {name} | {told.recall:.3f} | {told.asked:.1f} |"
                f" {told.most_asked:.1f} |",
                flush=True,
            )


def best(messages: Sequence[Message], chances: NDArray[np.float64]) -> Best:
    """Try many thresholds on one corpus."""
    found = [
        figures(messages, chances, cut)
        for cut in np.unique(np.quantile(chances, np.linspace(0.3, 1, 300)))
    ]
    asked = [(one.asked / one.dialogues, one.interrupted / one.dialogues) for one in found]
    within = [share for share, interrupted in asked if interrupted <= _MOST]
    return Best(found[0].recall, 100 * max(within, default=0.0), 100 * max(asked)[0])


def all_knowing(messages: Sequence[Message], key: Key) -> NDArray[np.float64]:
    """Give each message the share of those like it that finished."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, one in enumerate(messages):
        groups[key(one)].append(place)
    told = np.array([bool(one.finished) for one in messages], dtype=float)
    shares = np.empty(len(messages))
    for places in groups.values():
        shares[places] = told[places].mean()
    return shares


def learnt_alone(messages: Sequence[Message], reader: Reader) -> NDArray[np.float64]:
    """Learn a corpus from itself, by folds over its dialogues, with far more than is shipped."""
    x = _matrix([sorted({*_features(one), *_pieces(one, reader)}) for one in messages])
    told = np.array([bool(one.finished) for one in messages], dtype=float)
    folds = np.array([one.fold for one in messages])
    odds = np.empty(len(told))
    for fold in range(FOLDS):
        known = folds != fold
        share = np.full(known.sum(), 1 / known.sum())
        ridge = np.full(x.shape[1], _RIDGE / known.sum())
        weights = learning.fit(x[known], told[known], share, ridge)
        odds[~known] = learning.odds_of(x[~known], weights)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _features(one: Message) -> Iterator[str]:
    text, agent = one.text.lower()[-500:], (one.agent or "").lower()[-_READ:]
    for word in text.split():
        framed = f"<{word}>"
        for size in _GRAMS:
            yield from (f"c{framed[at : at + size]}" for at in range(len(framed) - size + 1))
    said, heard = _TOKEN.findall(text), _TOKEN.findall(agent)
    for name, tokens in (("u", ["^", *said, "$"]), ("a", [*heard, "$"])):
        for size in (1, 2, 3):
            yield from (
                name + " ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1)
            )
    yield from (f"p{a}~{b}" for a, b in product({*said[:3], *said[-3:]}, set(heard[-6:])))


def _pieces(one: Message, reader: Reader) -> Iterator[str]:
    yield from learning.features_of(reader.read(one.text, one.agent, None))


def _matrix(features: list[list[str]]) -> sparse.csr_matrix:
    counts: defaultdict[str, int] = defaultdict(int)
    for name in (name for names in features for name in names):
        counts[name] += 1
    kept = sorted(name for name, count in counts.items() if count >= _LEAST)
    places = {name: place for place, name in enumerate(kept)}
    columns = [[places[name] for name in one if name in places] for one in features]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([place for one in columns for place in one], dtype=np.int32)
    # Long messages have many n-grams: each weighs the less.
    worth = np.concatenate([np.full(len(one), 5 / max(1, len(one)) ** 0.5) for one in columns])
    return sparse.csr_matrix((worth, flat, ends), shape=(len(features), len(places)))


def _print_thresholds(judged: Judged) -> None:
    print(f"| one threshold for all: asked / interrupted % | {' | '.join(_AT_ALL)} |")
    print(f"|---|{'---|' * len(_AT_ALL)}")
    for cut in _THRESHOLDS:
        cells = []
        for corpus in _AT_ALL:
            rows = [at for at, one in enumerate(judged.messages) if one.corpus == corpus]
            own = [judged.messages[row] for row in rows]
            told = figures(own, judged.seen_corpus[rows], cut)
            asked, interrupted = (100 * n / told.dialogues for n in (told.asked, told.interrupted))
            cells.append(f"{asked:.1f} / {interrupted:.1f}")
        print(f"| {cut} | {' | '.join(cells)} |", flush=True)


def _print_annotators(judged: Judged, reader: Reader) -> None:
    with gzip.open(FOLDER / "closings.mwoz.en.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    acts = {(row["dialogue_id"], row["turn"]): tuple(sorted(row["acts"] or ())) for row in rows}

    def key(one: Message) -> Hashable:
        state = reader.read(one.text, one.agent, None).shape.state
        return acts[one.dialogue, one.turn], state

    own = [one for one in judged.messages if one.corpus == "mwoz.en"]
    told = best(own, all_knowing(own, key))
    print(
        f"mwoz.en by its annotators' acts and what the agent did: asked {told.asked:.1f} % with"
        f" 5 % interrupted, {told.most_asked:.1f} % at most"
    )


def _input(one: Message) -> Hashable:
    return _plain(one.text), _plain((one.agent or "")[-_SEEN:])


def _plain(text: str) -> str:
    return " ".join(_TOKEN.findall(text.lower()))


def _odds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(known / (1 - known)))


if __name__ == "__main__":
    main()
