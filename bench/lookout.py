"""How soon an alert is decided after the rating that tips it, on a history of many sessions.

The history is what ``bench/reports.py --data DIR`` left. A journal is put beside it, a lookout
counts all of it, as after a start, and again after each of some new sessions, as while it runs.
Then so many bad ratings come that an alert is due, which is explained. What a look takes, and the
time between two, together are what a rating waits at most: the bar is 60 s.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from calendar import timegm
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from afterword.history import History
from afterword.intake.clock import Clock
from afterword.journal import Journal
from afterword.monitoring.alerts.lookout import EVERY_SECONDS, Lookout

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from history_cast import DAY_US, plain, rated, tell

if TYPE_CHECKING:
    from afterword.domain.session import Session

MOST_SECONDS = 60.0
_HOURS_US = 3_600_000_000


class _Then(Clock):
    def __init__(self, at_us: int) -> None:
        super().__init__()
        self.at_us = at_us

    def now_us(self) -> int:
        return self.at_us


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, required=True, help="the folder of bench/reports.py")
    parser.add_argument("--looks", type=int, default=5)
    given = parser.parse_args()
    history_dir = given.data / f"{given.sessions}" / "history"
    days = sorted(one.name.removeprefix("day=") for one in history_dir.glob("project=*/day=*"))
    end_us = timegm(time.strptime(days[-1], "%Y-%m-%d")) * 1_000_000 + DAY_US
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder))
        tell(journal, _sessions(0, 1, end_us))
        history = History(history_dir, journal)
        clock = _Then(end_us + 12 * _HOURS_US)
        lookout = Lookout(journal, history, clock)
        print(f"{given.sessions:,} sessions, {len(days)} days")
        _print("first look: every day, every stream", _timed(lookout)[0])
        looks = []
        for place in range(given.looks):
            tell(journal, _sessions(place + 1, 1, end_us))
            looks.append(_timed(lookout)[0])
        _print("a look after a new rating, median", median(looks))
        tell(journal, _sessions(99, 2_000, end_us, level="negative"))
        seconds, n_alerts = _timed(lookout)
        _print(f"a look that opens {n_alerts} alerts and explains them", seconds)
        history.close()
        journal.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB")


def _sessions(mark: int, n: int, at_us: int, level: str = "positive") -> list[Session]:
    return [
        rated(plain(f"{mark}-{i}", at_us=at_us + i * 1_000, user_id=f"new-{mark}-{i}"), level)
        for i in range(n)
    ]


def _timed(lookout: Lookout) -> tuple[float, int]:
    start = time.perf_counter()
    changed = lookout.run_once()
    return time.perf_counter() - start, len(changed)


def _print(what: str, seconds: float) -> None:
    whole = seconds + EVERY_SECONDS
    is_kept = "" if whole <= MOST_SECONDS else "NO"
    print(
        f"{what:55} {seconds:6.2f} s; waits {whole:5.1f} s at most,"
        f" {whole / MOST_SECONDS:.2f} of {MOST_SECONDS:.0f} s {is_kept}"
    )


if __name__ == "__main__":
    main()
