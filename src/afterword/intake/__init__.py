"""Intake: decode, assign, fold, decide, commit; then answer."""

from afterword.intake.envelope import Envelope, ImportResult, Outcome, RatingResult, Rejection
from afterword.intake.intake import Intake

__all__ = ["Envelope", "ImportResult", "Intake", "Outcome", "RatingResult", "Rejection"]
