"""Learns the weights of the closing detector, and prints them for ``domain/moments/english.py``.

A logistic regression on eight public corpora that may be learnt from; their licences stand in
``docs/reference/moments.md``. Each corpus weighs the same, so that the probability is that of a
balanced mix. Nothing is drawn at random: the same files give the same weights.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from afterword.domain.moments import prepared
from afterword.domain.moments.english import WEIGHTS, features
from moments import FOLDER, labelled

CORPORA = ("sgd", "star", "mwoz", "multidogo", "woz", "dstc2", "redial", "clinc_utt")
RIDGE = 1e-3  # keeps features that few messages have from running away
_MOST = 30.0  # log-odds beyond which nothing changes


def main() -> None:
    """Learn, and print."""
    if not FOLDER.is_dir():
        print(f"{FOLDER} is absent: nothing learnt.")
        return
    samples = [_read(corpus) for corpus in CORPORA]
    found = minimize(_loss, np.zeros(len(WEIGHTS)), args=(samples,), jac=True, method="L-BFGS-B")
    for name, weight in zip(WEIGHTS, found.x, strict=True):
        print(f'    "{name}": {weight:.3f},')


def _read(corpus: str) -> tuple[np.ndarray, np.ndarray]:
    rows, finished = zip(*labelled(corpus), strict=True)
    measured = [
        features(*prepared(row["text"], row.get("previous_agent_text") or None)) for row in rows
    ]
    return np.array(measured, dtype=float), np.array(finished, dtype=float)


def _loss(
    weights: np.ndarray, samples: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, np.ndarray]:
    loss, slope = RIDGE * weights @ weights, 2 * RIDGE * weights
    for measured, finished in samples:
        score = np.clip(measured @ weights, -_MOST, _MOST)
        chance = 1 / (1 + np.exp(-score))
        loss += np.mean(np.logaddexp(0.0, score) - finished * score) / len(samples)
        slope = slope + measured.T @ (chance - finished) / len(finished) / len(samples)
    return loss, slope


if __name__ == "__main__":
    main()
