"""Products for tests of silence: sessions drawn from gaps, and the truth about them."""

from __future__ import annotations

import gzip
import json
import os
from bisect import bisect_left
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from random import Random

from afterword.domain.pauses import Pauses

ROOT = Path(__file__).parents[1]
CORPORA = ("star", "diabla", "realhumaneval")
GAP = 1_800
JITTER = 0.15


def shared_data():
    """Give the folder of the real dialogues; it need not be there."""
    place = os.environ.get("AFTERWORD_SHARED", ROOT.parent / "shared")
    return Path(place) / "data" / "dev"


class Product:
    """Users whose gaps, and how they go together in a session, are those of a corpus."""

    def __init__(self, folder, corpus, truth=40_000):
        """Read the corpus, and find out what is true of so many sessions."""
        self._dialogues = _dialogues(folder, corpus)
        self._truth = sorted(self.sessions(truth, "truth"))

    def sessions(self, n, seed):
        """Draw sessions: the longest pause of each after which its user went on, in seconds."""
        chance = Random(f"{seed}")  # noqa: S311  # seeded, no secret
        return [self._draw(chance) for _ in range(n)]

    def share_resumed(self, seconds):
        """Give the share of sessions that are asked after a silence of so long and go on."""
        return 1 - bisect_left(self._truth, seconds) / len(self._truth)

    def _draw(self, chance):
        # A dialogue with every gap a little longer or shorter: no session is another's copy.
        gaps = chance.choice(self._dialogues)
        drawn = (gap * chance.lognormvariate(0, JITTER) for gap in gaps)
        return max((gap for gap in drawn if gap < GAP), default=0.0)


def measured(longest):
    """Count sessions that all ended in silence."""
    pauses = Pauses()
    for seconds in longest:
        pauses.add(seconds, ends_silent=True)
    return pauses


def _dialogues(folder, corpus):
    found = defaultdict(list)
    for path in sorted(Path(folder).glob(f"closings.{corpus}.*.jsonl.gz")):
        with gzip.open(path, "rt") as lines:
            for line in lines:
                row = json.loads(line)
                found[path.name, row["dialogue_id"]].append(row)
    if corpus == "realhumaneval":
        return _programmers(found)
    return [[row["gap"] for row in rows if row["gap"]] for rows in found.values()]


def _programmers(found):
    # One sitting is all tasks of a person. Half of the tasks are kept back, so what lies between
    # two of them is too long rather than too short.
    people = defaultdict(list)
    for (_, name), rows in found.items():
        people[name.split("-")[1]] += [row["t"] for row in rows]
    return [
        [later - earlier for earlier, later in pairwise(sorted(times))]
        for times in people.values()
    ]
