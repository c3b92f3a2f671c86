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
# What would have to be different, and the settings of the policy that weigh on it.
OTHERWISE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    Why.NO_MOMENT: (
        (
            "It takes a moment: an end told as it happens, a closing message and the agent's final"
            " answer to it, or silence while the session is open."
        ),
        ("idle_after", "closing_threshold"),
    ),
    Why.IMPORTED: ("Only live sessions are asked about.", ()),
    Why.ALREADY_RATED: ("Nothing: the user has said it.", ()),
    Why.ALREADY_ASKED: (
        (
            "A session is asked about once; once more only after an ask that was withdrawn, or on"
            " the next visit after one that nobody saw."
        ),
        (),
    ),
    Why.BELOW_MINIMUM: ("It takes a message of the user and one of the agent.", ()),
    Why.HANDED_OVER: ("It takes a session without a handover event.", ()),
    Why.AWAITS_REPLY: (
        (
            "It takes a last agent message without awaits_reply, or the user's choice and the"
            " answer to it."
        ),
        (),
    ),
    Why.USER_UNANSWERED: (
        "It takes a final agent message after the user's last one, or a last message that closes.",
        ("closing_threshold",),
    ),
    Why.PERSON_STOPPED: (
        "Nothing: \u201cDon't ask me again\u201d holds. Rating unasked is open.",
        (),
    ),
    Why.LEFT_ALONE: (
        "It takes a later session: some are left alone after an unanswered ask.",
        ("sessions_left_alone",),
    ),
    Why.BUDGET_DAY: (
        "It takes fewer asks granted or shown to this person in the 24 hours before.",
        ("asks_per_day",),
    ),
    Why.BUDGET_WEEK: (
        "It takes fewer asks granted or shown to this person in the 7 days before.",
        ("asks_per_week",),
    ),
    Why.BACK_OFF: (
        "It takes a draw below the chance; any answer of this person makes the chance whole.",
        ("back_off",),
    ),
    Why.SKIPPED_AT_RANDOM: ("It takes a draw below the chance.", ("skip_share",)),
    Why.ASKED: ("", ()),
}
MOMENT: Final[dict[str, str]] = {
    Trigger.EXPLICIT_END: "the chat was ended",
    Trigger.CLOSING_MESSAGE: "a goodbye",
    Trigger.INACTIVITY: "a long silence",
    Trigger.RETURN_VISIT: "the next visit",
    Trigger.USER_OPENED: "opened by the user",
    Trigger.IMPORT: "imported",
}
