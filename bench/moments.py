"""The closing detector on real dialogues: how many closings it hears, how often it interrupts.

Every figure is of messages that the weights did not see: learnt corpora are judged by five folds
over dialogues, and once more with the corpus left out of learning; the others by the weights of
all learnt corpora. Beside it stands a plain word list with guards. ``--curve`` adds what fewer
dialogues to learn from would give, ``--missed`` counts the messages that decide by their kind, and
``--speed`` measures loading and reading alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

import learn_moments as learning
from afterword.domain.moments import THRESHOLD, moment
from afterword.domain.moments.reading import Reader
from afterword.statistics.shares import wilson
from closings import FOLDER, FOLDS, LEARNT, OPEN_ENDED, UNSEEN, WRITTEN, hard_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from afterword.domain.moments.phrases import Phrases
    from closings import Message

_FIR = 0.02  # false interruptions at which recall is read off
_BINS = 10
_WIDEST = 160  # characters, over which the word list stays silent
_CURVE = ("sgd.en", "star.en", "mwoz.en", "woz.en")
_EIGHTHS = (1, 2, 4, 8)  # of the dialogues
_UNHERALDED = "closing without a closing word"
_NAMED = 4  # dialogues of each kind
# What a message does, by the letters of its phrases; the first that it has counts.
_KINDS = {
    "asks or wants": "QWM?",
    "takes leave": "B",
    "that was all": "D",
    "thanks": "T",
    "no": "N",
    "approves": "KYPHAG",
    "other words": "",
}
_ONLY = ("crosswoz.zh", "jmultiwoz.ja", "hdrs.hi")
_UNREAD = 0.02
_AGENT = "Your table for two is booked for 7 pm. Is there anything else I can help you with?"
_USER = "Great, thank you so much for your help. That is all I need!!"


class Figures(NamedTuple):
    """What a detector does on one corpus: counts of dialogues, and shares.

    Attributes:
        recall: Share of the finished messages on which it fires when it fires on 2 % of the
            others: R@2.
        interrupted: Dialogues in which it fires although the user goes on.
        asked: Dialogues in which it fires at a finished message and nowhere wrongly.
        dialogues: All of them.
        error: Expected calibration error, finished messages weighted to ``BASE_RATE``.
    """

    recall: float
    interrupted: int
    asked: int
    dialogues: int
    error: float


class Judged(NamedTuple):
    """Messages with the probabilities of weights that did not see them."""

    messages: list[Message]
    seen_corpus: NDArray[np.float64]  # by folds, or weights of other corpora
    left_out: NDArray[np.float64]  # NaN where the corpus was never learnt


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("curve", "missed", "speed"):
        options.add_argument(f"--{name}", action="store_true")
    got = options.parse_args()
    _print_speed()
    if got.speed:
        return
    if not FOLDER.is_dir():
        print(f"{FOLDER} is absent: nothing measured.")
        return
    phrases = learning.listed_phrases()
    sample = learning.read(phrases, (*LEARNT, *OPEN_ENDED, *WRITTEN))
    judged = judge(sample)
    plain = word_list(phrases)
    _print_table(judged, plain)
    _print_hard_cases(judged, plain)
    if got.missed:
        _print_missed(judged, phrases)
    if got.curve:
        _print_curve(sample)


def figures(
    messages: Sequence[Message], chances: NDArray[np.float64], threshold: float = THRESHOLD
) -> Figures:
    """Judge the probabilities of one corpus's messages."""
    told = np.array([np.nan if one.finished is None else one.finished for one in messages])
    goes_on = np.sort(chances[told == 0])[::-1]
    cut = goes_on[int(_FIR * len(goes_on))] if len(goes_on) else 1.0
    wrong, right, every = set(), set(), set()
    for one, chance in zip(messages, chances, strict=True):
        every.add(one.dialogue)
        if one.finished is not None and chance >= threshold:
            (right if one.finished else wrong).add(one.dialogue)
    return Figures(
        recall=float(np.mean(chances[told == 1] > cut)),
        interrupted=len(wrong),
        asked=len(right - wrong),
        dialogues=len(every),
        error=_calibration_error(told, chances),
    )


def judge(sample: learning.Sample) -> Judged:
    """Give every message probabilities of weights that did not see it."""
    left = learning.left_out(sample)
    stretch, shift = learning.calibrate(sample, left)
    odds, left = learning.by_folds(sample) * stretch + shift, left * stretch + shift
    # By shapes alone: some languages get a share of it.
    without = learning.left_out(sample, by_shape=True)
    stretch, shift = learning.calibrate(sample, without)
    by_shape = learning.by_folds(sample, by_shape=True) * stretch + shift
    share = np.array([learning.ALONE.get(language, 0.0) for language in sample.language])
    seen, alone = _chance(odds + share * (by_shape - odds)), _chance(left)
    unread = np.array([language == "" for language in sample.language])
    seen[unread], alone[unread & ~np.isnan(alone)] = _UNREAD, _UNREAD
    # The only dialogues of a language left out: its words are unknown, and shapes speak alone.
    only = np.isin(sample.corpora(), _ONLY)
    alone[only] = _chance(without * stretch + shift)[only]
    real = ~sample.made()
    unseen = [one for corpus in UNSEEN for one in learning.labelled(corpus)]
    others = [moment(one.text, one.agent).finished for one in unseen]
    return Judged(
        [one for one in sample.messages if not one.is_made] + unseen,
        np.concatenate([seen[real], others]),
        np.concatenate([alone[real], np.full(len(others), np.nan)]),
    )


def word_list(phrases: Phrases) -> Callable[[str, str | None], bool]:
    """Make the plain detector: closing words, guards, and a no to "anything else?"."""
    reader = Reader(phrases)

    def fires(text: str, agent: str | None) -> bool:
        letters, state, _ = reader.read(text, agent, None).shape
        if state == "E" and "N" in letters:
            return True
        kinds = set(letters)
        return len(text) <= _WIDEST and bool(kinds & set("TBD")) and not kinds & set("?WQ")

    return fires


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _calibration_error(told: NDArray[np.float64], chances: NDArray[np.float64]) -> float:
    base = learning.BASE_RATE
    share = np.where(
        told == 1, base / max(1, (told == 1).sum()), (1 - base) / max(1, (told == 0).sum())
    )
    share[np.isnan(told)] = 0
    places = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(places, weights=share * (np.nan_to_num(chances) - np.nan_to_num(told)))
    return float(np.abs(gaps).sum())


def _print_table(judged: Judged, fires: Callable[[str, str | None], bool]) -> None:
    by_corpus: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(judged.messages):
        by_corpus[one.corpus].append(place)
    print(f"threshold {THRESHOLD}; ECE at a base rate of {learning.BASE_RATE:.0%}")
    print("| corpus | dialogues | R@2 | interrupted | asked | ECE | left out: R@2", end="")
    print(" | interrupted | asked | ECE | word list: interrupted | asked |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for corpus in (*LEARNT, *OPEN_ENDED, *UNSEEN):
        rows = np.array(by_corpus[corpus])
        own = [judged.messages[row] for row in rows]
        seen = figures(own, judged.seen_corpus[rows])
        told = [corpus + "*" * (corpus in UNSEEN), f"{seen.dialogues}", *_cells(seen)]
        alone = judged.left_out[rows]
        told += ["", "", "", ""] if np.isnan(alone).all() else _cells(figures(own, alone))
        plain = np.array([float(fires(one.text, one.agent)) for one in own])
        told += _cells(figures(own, plain))[1:3]
        print(f"| {' | '.join(told)} |", flush=True)


def _cells(found: Figures) -> list[str]:
    return [
        f"{found.recall:.3f}",
        _share(found.interrupted, found.dialogues),
        _share(found.asked, found.dialogues),
        f"{found.error:.3f}",
    ]


def _share(count: int, of: int) -> str:
    bounds = wilson(count, of)
    return f"{count / of:.1%} [{bounds.low:.1%}, {bounds.high:.1%}]"


def _print_hard_cases(judged: Judged, fires: Callable[[str, str | None], bool]) -> None:
    heard = _heard(judged.messages, judged.seen_corpus)
    kinds: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for kind, one in hard_cases():
        kinds[kind].append((heard(one) >= THRESHOLD, fires(one.text, one.agent)))
    print("| hard cases | n | fires | word list |\n|---|---|---|---|")
    for kind, fired in sorted(kinds.items()):
        here, there = (sum(column) for column in zip(*fired, strict=True))
        print(f"| {kind} | {len(fired)} | {_share(here, len(fired))} | {there / len(fired):.1%} |")


def _heard(
    messages: Sequence[Message], chances: NDArray[np.float64]
) -> Callable[[Message], float]:
    """Look a message's chance up; of those that nobody judged, the shipped weights tell it."""
    known = {
        (one.dialogue, one.turn): float(chance)
        for one, chance in zip(messages, chances, strict=True)
        if not one.is_made
    }

    def heard(one: Message) -> float:
        chance = known.get((one.dialogue, one.turn))
        return moment(one.text, one.agent).finished if chance is None else chance

    return heard


def _print_missed(judged: Judged, phrases: Phrases) -> None:
    """Tell of the messages that decide by their kind, the first dialogues of each beside them."""
    reader = Reader(phrases)
    print(f"| messages that decide | n | {' | '.join(_KINDS)} |\n|---|---|{'---|' * len(_KINDS)}")
    for name, own in _deciding(judged).items():
        kinds: defaultdict[str, list[str]] = defaultdict(list)
        for one in own:
            kinds[_kind(set(reader.read(one.text, one.agent, None).shape.letters))].append(
                one.dialogue
            )
        cells = [f"{len(kinds[kind])}: {', '.join(kinds[kind][:_NAMED])}" for kind in _KINDS]
        print(f"| {name} | {len(own)} | {' | '.join(cells)} |")


def _deciding(judged: Judged) -> dict[str, list[Message]]:
    told = np.array([np.nan if one.finished is None else one.finished for one in judged.messages])
    corpora = np.array([one.corpus for one in judged.messages])
    found: dict[str, NDArray[np.bool_]] = {}
    for corpus in ("star.en", "mwoz.en"):
        for name, chances in (("", judged.seen_corpus), (" left out", judged.left_out)):
            goes_on = np.sort(chances[(corpora == corpus) & (told == 0)])[::-1]
            unheard = chances <= goes_on[int(_FIR * len(goes_on))]
            found[f"{corpus}{name}: R@2, not heard"] = (corpora == corpus) & (told == 1) & unheard
    fires = judged.seen_corpus >= THRESHOLD
    for corpus in ("mwoz.en", "convai2.en"):
        found[f"{corpus}: interrupted"] = (corpora == corpus) & (told == 0) & fires
    for corpus in _CURVE:
        found[f"{corpus}: not asked"] = (corpora == corpus) & (told == 1) & ~fires
    listed = {
        name: [judged.messages[row] for row in np.flatnonzero(rows)]
        for name, rows in found.items()
    }
    heard = _heard(judged.messages, judged.seen_corpus)
    listed[f"{_UNHERALDED}: not heard"] = [
        one for kind, one in hard_cases() if kind == _UNHERALDED and heard(one) < THRESHOLD
    ]
    return listed


def _kind(letters: set[str]) -> str:
    for kind, own in _KINDS.items():
        if letters & set(own):
            return kind
    return "other words"


def _print_curve(sample: learning.Sample) -> None:
    """Of the dialogues not judged, an eighth to all are learnt from; the calibration stays."""
    stretch, shift = learning.calibrate(sample, learning.left_out(sample))
    corpora, real = sample.corpora(), ~sample.made()
    folds = np.array([one.fold for one in sample.messages])
    eighth = np.array([_eighth(one.dialogue) for one in sample.messages])
    print("| learnt from | corpus | R@2 | interrupted | asked | left out: R@2 |")
    print("|---|---|---|---|---|---|")
    for count in _EIGHTHS:
        few = eighth < count
        odds = np.empty(len(folds))
        for fold in range(FOLDS):
            rows = folds == fold
            odds[rows] = learning.odds_of(sample.matrix[rows], learning.learn(sample, few & ~rows))
        seen = _chance(odds * stretch + shift)
        for corpus in _CURVE:
            rows = (corpora == corpus) & real
            others = ~np.char.startswith(corpora, corpus.removesuffix("en"))
            told = [sample.messages[row] for row in np.flatnonzero(rows)]
            without = learning.odds_of(sample.matrix[rows], learning.learn(sample, few & others))
            alone = figures(told, _chance(without)).recall
            cells = " | ".join(_cells(figures(told, seen[rows]))[:3])
            print(f"| {count}/8 | {corpus} | {cells} | {alone:.3f} |", flush=True)
        known = {(one.dialogue, one.turn) for one in sample.messages}
        heard = _heard(sample.messages, seen)
        own = [
            heard(one) >= THRESHOLD
            for kind, one in hard_cases()
            if kind == _UNHERALDED and (one.dialogue, one.turn) in known
        ]
        print(f"| {count}/8 | {_UNHERALDED} | | | {_share(sum(own), len(own))} heard | |")


def _eighth(dialogue: str) -> int:
    return zlib.crc32(f"curve {dialogue}".encode()) % 8


def _print_speed() -> None:
    code = (
        "import time, msgspec; begun = time.process_time(); "
        "from afterword.domain.moments import moment; moment('hello'); "
        "print((time.process_time() - begun) * 1e3)"
    )
    loads = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)  # noqa: S603  # our own line
        for _ in range(9)
    ]
    print(f"loads in {sorted(loads)[4]:.1f} ms (median of 9 processes)")
    reference = _microseconds(lambda: json.loads(json.dumps({"text": _USER, "after": _AGENT})))
    print(f"a JSON round trip of the same two texts: {reference:.1f} us")
    print(f"{len(_USER)} characters alone: {_microseconds(lambda: moment(_USER)):.1f} us")
    print(f"with the agent's message: {_microseconds(lambda: moment(_USER, _AGENT)):.1f} us")
    worst = max(
        (_microseconds(lambda text=text: moment(text, text), 20), text[:4]) for text in _ODD
    )
    print(f"the slowest of {len(_ODD)} odd texts of 100,000 characters: {worst[0]:.0f} us")


_ODD = [
    (unit * 100_000)[:100_000]
    for unit in ("a", "bye ", "?!.", "1 ", "\U0001f600", "\u8c22\u8c22", "e\u0301", "\u200b")
]


def _microseconds(does: Callable[[], object], times: int = 200, rounds: int = 9) -> float:
    took = []  # processor time: what else the machine does must not count
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            does()
        took.append((time.process_time() - begun) / times * 1e6)
    return sorted(took)[rounds // 2]


if __name__ == "__main__":
    main()
