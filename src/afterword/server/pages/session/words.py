"""What the log of asks means, in words."""

from __future__ import annotations

from typing import Final

from afterword.domain.asks import Why
from afterword.domain.session import Trigger

WHY: Final[dict[str, str]] = {
    Why.NO_MOMENT: "no moment to ask had come",
    Why.IMPORTED: "imported sessions are never asked about",
    Why.ALREADY_RATED: "it had been rated already",
    Why.ALREADY_ASKED: "it had been asked about already",
    Why.BELOW_MINIMUM: "too little had been said",
    Why.HANDED_OVER: "a person had taken over",
    Why.AWAITS_REPLY: "the agent was waiting for a choice",
    Why.USER_UNANSWERED: "the last message had no answer yet",
    Why.PERSON_STOPPED: "this person does not want to be asked",
    Why.LEFT_ALONE: "the ask before it was closed or left: this session is left alone",
    Why.BUDGET_DAY: "this person had been asked enough within a day",
    Why.BUDGET_WEEK: "this person had been asked enough within a week",
    Why.BACK_OFF: "this person leaves asks unanswered, and chance said no this time",
    Why.SKIPPED_AT_RANDOM: "left out at random, to learn what asking costs",
    Why.ASKED: "every rule allowed it",
}
MOMENT: Final[dict[str, str]] = {
    Trigger.EXPLICIT_END: "the chat was ended",
    Trigger.CLOSING_MESSAGE: "a goodbye",
    Trigger.INACTIVITY: "a long silence",
    Trigger.RETURN_VISIT: "the next visit",
    Trigger.USER_OPENED: "opened by the user",
    Trigger.IMPORT: "imported",
}
