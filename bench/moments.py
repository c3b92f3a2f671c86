"""The closing detector on real dialogues: how many closings it hears, how often it interrupts.

Reads the dialogues beside the checkout (``AFTERWORD_SHARED`` or ``../shared``) and prints, by
corpus, beside the figures of the plain regex baseline: precision and recall on messages with which
the user has finished, FIR (share of the messages after which the user goes on where it fires), and
the share of dialogues interrupted at least once. ``learn_moments.py`` learnt the weights from the
same half of seven of these corpora: read the rows marked ``*`` alone as unseen.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from afterword.domain.moments import THRESHOLD, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(os.environ.get("AFTERWORD_SHARED", "../shared")) / "data" / "dev"
# P / R in shares, FIR / dialogues interrupted in percent, of the regex baseline.
BASELINE = {
    "sgd": (0.88, 0.78, 2.1, 11.8),
    "star": (0.89, 0.81, 1.2, 7.1),
    "mwoz": (0.87, 0.77, 1.2, 10.3),
    "multidogo": (0.90, 0.86, 2.6, 9.6),
    "kvret": (0.99, 0.81, 0.9, 0.6),
    "woz": (0.96, 0.90, 1.5, 3.2),
    "dstc2": (0.96, 0.99, 0.8, 3.9),
    "redial": (0.77, 0.79, 2.7, 19.4),
    "realhumaneval": None,
    "convai2": None,
    "crsarena": None,
}
_UNSEEN = ("kvret", "realhumaneval", "convai2", "crsarena")
_ANNOTATED = ("sgd", "multidogo", "star")  # whose acts say whether a message closes


class Figures(NamedTuple):
    """What the detector does on one corpus, as shares."""

    precision: float
    recall: float
    fir: float
    interrupted: float


def has_finished(corpus: str, row: dict[str, Any]) -> bool | None:
    """Tell what a message turned out to be: the user had finished, goes on, or nobody can say.

    Acts decide where the corpus has them; elsewhere the user's last message is one that finished,
    and one that at least two follow is one that goes on. A closing that the user took up again
    goes on too.
    """
    if corpus == "clinc_utt":  # single utterances, their intents told
        return bool(row["is_closing"])
    is_star = corpus == "star"  # its acts are the wizard's next ones
    if corpus in _ANNOTATED:
        if row["is_closing"] is None:
            return None
        has_ended = row["is_closing"] and (is_star or not row["resumes"])
        goes_on = row["user_turns_after"] > 0 if is_star else row["resumes"]
    else:
        has_ended = row["is_last_user_turn"]
        goes_on = row["user_turns_after"] > 1 and (row["resumes"] or corpus != "mwoz")
    if has_ended:
        return True
    return False if goes_on else None


def labelled(corpus: str, folder: Path = FOLDER) -> Iterator[tuple[dict[str, Any], bool]]:
    """Give the messages of a corpus that turned out one way or the other."""
    with gzip.open(folder / f"closings.{corpus}.en.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            finished = has_finished(corpus, row)
            if finished is not None:
                yield row, finished


def measure(corpus: str, folder: Path = FOLDER, threshold: float = THRESHOLD) -> Figures:
    """Run the detector over one corpus."""
    fires: dict[bool, list[bool]] = {True: [], False: []}
    dialogues: defaultdict[str, bool] = defaultdict(bool)
    for row, finished in labelled(corpus, folder):
        heard = moment(row["text"], row["previous_agent_text"] or None).finished >= threshold
        fires[finished].append(heard)
        dialogues[row["dialogue_id"]] |= heard and not finished
    right, wrong = sum(fires[True]), sum(fires[False])
    return Figures(
        precision=right / max(1, right + wrong),
        recall=right / max(1, len(fires[True])),
        fir=wrong / max(1, len(fires[False])),
        interrupted=sum(dialogues.values()) / len(dialogues),
    )


def main() -> None:
    """Print the table."""
    if not FOLDER.is_dir():
        print(f"{FOLDER} is absent: nothing measured.")
        return
    print(f"threshold {THRESHOLD}")
    print(f"{'corpus':16}     P     R   FIR  int.   baseline:  P     R   FIR  int.")
    for corpus, baseline in BASELINE.items():
        name = corpus + "*" * (corpus in _UNSEEN)
        precision, recall, fir, interrupted = measure(corpus)
        told = _row(precision, recall, 100 * fir, 100 * interrupted)
        print(f"{name:16}{told}       {_row(*baseline) if baseline else ''}".rstrip())


def _row(precision: float, recall: float, fir: float, interrupted: float) -> str:
    return f"{precision:6.2f}{recall:6.2f}{fir:6.1f}{interrupted:6.1f}"


if __name__ == "__main__":
    main()
