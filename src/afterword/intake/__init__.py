"""Intake: decode, assign, fold, decide, commit; then answer."""

from afterword.intake.envelope import (
    Envelope,
    ImportResult,
    Outcome,
    RatingResult,
    Refused,
    Rejection,
    Sourced,
    Speaker,
)
from afterword.intake.intake import Intake

__all__ = [
    "Envelope",
    "ImportResult",
    "Intake",
    "Outcome",
    "RatingResult",
    "Refused",
    "Rejection",
    "Sourced",
    "Speaker",
]
