"""The ask as one line, for channels that have nothing but text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS: Final = "👍😐👎"


def ask_line(question: str, labels: Iterable[str], stop: str | None = None) -> str:
    """Write the question in one line: each answer with the digit and the sign that stand for it.

    Args:
        question: As the ask tells it.
        labels: Of its options, from positive to negative.
        stop: What "stop" does, where that is to be offered.
    """
    offers = [
        f"{place} {sign} {label}" for place, sign, label in zip("123", _SIGNS, labels, strict=True)
    ]
    stops = [] if stop is None else [f"stop: {stop}"]
    return f"{question} {' / '.join(offers + stops)}"
