"""The closing detector on real dialogues: how many closings it hears, how often it interrupts.

Reads the dialogues beside the checkout (``AFTERWORD_SHARED`` or ``../shared``) and prints, by
corpus: precision and recall on labelled closings, FIR (share of messages after which the user goes
on where it fires), the share of dialogues interrupted at least once, and the figures of the plain
regex baseline. Recall is blank where closings are not labelled apart from last messages. The
weights were learnt from the same half of eight of these corpora: read the rows marked ``*`` alone
as unseen.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

from afterword.domain.moments import THRESHOLD, moment

# P / R / FIR / sessions interrupted of the regex baseline, percent.
BASELINE = {
    "sgd": ".88 .78 2.1 11.8",
    "star": ".89 .81 1.2 7.1",
    "mwoz": ".87 .77 1.2 10.3",
    "multidogo": ".90 .86 2.6 9.6",
    "kvret*": ".99 .81 0.9 0.6",
    "woz": ".96 .90 1.5 3.2",
    "dstc2": ".96 .99 0.8 3.9",
    "redial": ".77 .79 2.7 19.4",
    "realhumaneval": "",
    "convai2*": "",
    "crsarena*": "",
}


def measure(path: Path, threshold: float) -> str:
    """Give one row of figures."""
    fired_on_closing = closings = fired = fired_going = going = right = 0
    dialogues: dict[str, bool] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            says = (
                moment(row["text"], row.get("previous_agent_text") or None).finished >= threshold
            )
            goes_on = not row["is_last_user_turn"]
            is_closing = row["is_closing"] is True or (
                row["is_closing"] is None and row["is_last_user_turn"]
            )
            fired += says
            right += says and is_closing
            closings += is_closing
            fired_on_closing += says and is_closing
            going += goes_on
            fired_going += says and goes_on
            held = dialogues.get(row["dialogue_id"], False)
            dialogues[row["dialogue_id"]] = held or (says and goes_on)
    interrupted = sum(dialogues.values()) / len(dialogues)
    return (
        f"{right / max(1, fired):5.2f} {fired_on_closing / max(1, closings):5.2f}"
        f" {100 * fired_going / max(1, going):5.1f} {100 * interrupted:6.1f}"
    )


def main() -> None:
    """Print the table."""
    folder = Path(os.environ.get("AFTERWORD_SHARED", "../shared")) / "data" / "dev"
    if not folder.is_dir():
        print(f"{folder} is absent: nothing measured.")
        return
    print(f"threshold {THRESHOLD}")
    print(f"{'corpus':16}     P     R   FIR  sess.   baseline P R FIR sess.")
    for corpus, baseline in BASELINE.items():
        path = folder / f"closings.{corpus.rstrip('*')}.en.jsonl.gz"
        print(f"{corpus:16} {measure(path, THRESHOLD)}   {baseline}")


if __name__ == "__main__":
    main()
