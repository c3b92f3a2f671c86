"""How well the silence is learnt on conversations with the gaps of real ones, and its control.

Run: ``python bench/silence.py [FOLDER]``; FOLDER holds the dialogues (``closings.*.jsonl.gz``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from afterword.domain.policy import Policy
from afterword.domain.silence import learn_silence
from control_cast import MOST, changes, control, fading
from silence_cast import CORPORA, Product, measured, shared_data

RUNS = {100: 200, 300: 200, 1_000: 200, 3_000: 40, 10_000: 20}  # by the sessions of each
NEAR = (1, 3)  # percent
POLICY = Policy()
WEEKS = 260
Share = Callable[[int, int], float]


def main(folder: Path) -> None:
    """Print one line a corpus and number of sessions, then one a product under control."""
    if folder.is_dir():
        _learn(folder)
    else:
        print(f"There are no dialogues in {folder}: set AFTERWORD_SHARED to their folder.")
    _steer()


def _learn(folder: Path) -> None:
    print("| gaps of | sessions | asked and went on | 1-3 % | > 3 % | silence | at 5 min |")
    print("|---|---|---|---|---|---|---|")
    for corpus in CORPORA:
        product = Product(folder, corpus)
        for n, runs in RUNS.items():
            learnt = [
                learn_silence(measured(product.sessions(n, seed)), POLICY) for seed in range(runs)
            ]
            shares = [100 * product.share_resumed(seconds) for seconds in learnt]
            near = mean(NEAR[0] <= one <= NEAR[1] for one in shares)
            over = mean(one > NEAR[1] for one in shares)
            print(
                f"| {corpus} | {n} | {mean(shares):.2f} % | {near:.0%} | {over:.0%}"
                f" | {median(learnt):.0f} s | {100 * product.share_resumed(300):.1f} % |"
            )


def _steer() -> None:
    print("\n| product | asks a week | steps in 5 years | in the last | ends at | share there |")
    print("|---|---|---|---|---|---|")
    for name, share in _products().items():
        for asks in (20, 200):
            runs_of = [control(share, WEEKS, asks=asks, seed=seed) for seed in range(20)]
            print(
                f"| {name} | {asks} | {mean(map(changes, runs_of)):.1f}"
                f" | {mean(changes(steps[-52:]) for steps in runs_of):.1f}"
                f" | {mean(steps[-1] for steps in runs_of):.1f}"
                f" | {mean(share(WEEKS, steps[-1]) for steps in runs_of):.1%} |"
            )


def _products() -> dict[str, Share]:
    return {
        "half the bound": lambda _week, _step: MOST / 2,
        "at the bound": lambda _week, _step: MOST,
        "25 %, a step cuts by 1.65": fading(0.25),
        "60 %, a step cuts by 1.65": fading(0.60),
        "cliff: 40 %, then none": lambda _week, step: 0.001 if step else 0.40,
        "deaf: 30 % at every step": lambda _week, _step: 0.30,
        "30 % for a year, then 2 %": lambda week, step: (
            (0.3 if week < WEEKS / 5 else 0.02) * 0.6**step
        ),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else shared_data())
