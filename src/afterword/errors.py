"""Every error that Afterword raises on purpose, drawn as one tree.

::

    AfterwordError
    ├── InputError               what the caller sent must be corrected
    │   ├── NotJson, BodyTooLarge, TooManyEvents
    │   ├── UnknownType, UnknownField, MissingField, InvalidField
    │   └── TextTooLong, ReasonTooLong, TimeOutOfRange
    ├── NotFoundError
    │   ├── UnknownConversation, UnknownSession, UnknownAsk, UnknownReport, UnknownKey
    │   └── UnknownRelease, UnknownAlert, UnknownPerson, NotRated, Erased
    ├── ConflictError
    │   └── NothingToRate, RatingLocked, RatingClosed, NotForTests
    ├── DeniedError
    │   ├── MissingKey, WrongKey, WrongScope, MissingToken, WrongToken
    │   └── NotForBrowsers, WrongOrigin, TooManyRequests
    ├── UnavailableError         the same request may succeed later
    │   └── JournalUnavailable, JournalInUse, Stopping
    └── SetupError               wrong settings, a missing extra, a journal from the future

The first line of a class's docstring is its default message; ``code`` is stable and stands in
``docs/reference/errors.md``. Nothing here knows HTTP: ``server/problems.py`` maps each to a
status.
"""

from __future__ import annotations

from typing import ClassVar


class AfterwordError(Exception):
    """Afterword could not do what was asked."""

    code: ClassVar[str] = "error"
    permanent: ClassVar[bool] = True
    wait_s: int = 1  # after which the same may succeed, where it is not permanent

    def __init__(self, detail: str | None = None, *, field: str | None = None) -> None:
        """Say what went wrong.

        Args:
            detail: A sentence for people; the class's own when absent.
            field: The input field at fault, as the caller named it (``events[3].rating``).
        """
        self.detail = detail or (type(self).__doc__ or "").split("\n", 1)[0]
        self.field = field
        super().__init__(self.detail)


class InputError(AfterwordError):
    """The input is not acceptable as it stands."""

    code = "invalid_input"


class NotJson(InputError):
    """The body is not JSON."""

    code = "not_json"


class BodyTooLarge(InputError):
    """The body is larger than 1 MiB."""

    code = "body_too_large"


class TooManyEvents(InputError):
    """An envelope holds at most 1,000 events."""

    code = "too_many_events"


class UnknownType(InputError):
    """The event type is not known."""

    code = "unknown_type"


class UnknownField(InputError):
    """The field is not known."""

    code = "unknown_field"


class MissingField(InputError):
    """A required field is missing."""

    code = "missing_field"


class InvalidField(InputError):
    """A field has the wrong type or an impossible value."""

    code = "invalid_field"


class TextTooLong(InputError):
    """A text has more than 100,000 characters."""

    code = "text_too_long"


class ReasonTooLong(InputError):
    """A reason has at most 30 words."""

    code = "reason_too_long"


class TimeOutOfRange(InputError):
    """A live event lies more than 5 minutes ahead or 7 days behind."""

    code = "time_out_of_range"


class NotFoundError(AfterwordError):
    """What was asked for is not here."""

    code = "not_found"


class UnknownConversation(NotFoundError):
    """No message of this conversation has arrived yet."""

    code = "unknown_conversation"


class UnknownSession(NotFoundError):
    """There is no such session."""

    code = "unknown_session"


class UnknownAsk(NotFoundError):
    """There is no such ask in this conversation."""

    code = "unknown_ask"


class UnknownReport(NotFoundError):
    """There is no such report."""

    code = "unknown_report"


class UnknownKey(NotFoundError):
    """There is no such key."""

    code = "unknown_key"


class UnknownRelease(NotFoundError):
    """There is no such release."""

    code = "unknown_release"


class UnknownAlert(NotFoundError):
    """There is no such alert."""

    code = "unknown_alert"


class UnknownPerson(NotFoundError):
    """Nothing is held of this person."""

    code = "unknown_person"


class Erased(NotFoundError):
    """This person or conversation was erased: what happened up to then is not kept again."""

    code = "erased"


class NotRated(NotFoundError):
    """The session has no rating to take back."""

    code = "not_rated"


class ConflictError(AfterwordError):
    """The state of the session does not allow this."""

    code = "conflict"


class NothingToRate(ConflictError):
    """The conversation has no session with a user and an agent message."""

    code = "nothing_to_rate"


class RatingLocked(ConflictError):
    """The rating can no longer be changed: its change window has passed."""

    code = "rating_locked"


class RatingClosed(ConflictError):
    """The session has settled and takes no more ratings."""

    code = "rating_closed"


class NotForTests(ConflictError):
    """A test key cannot write into a conversation that is not a test."""

    code = "not_for_tests"


class DeniedError(AfterwordError):
    """The key does not allow this."""

    code = "denied"


class MissingKey(DeniedError):
    """A key is needed: send it as 'Authorization: Bearer <key>'."""

    code = "missing_key"


class WrongKey(DeniedError):
    """The key is not known here, or has been revoked."""

    code = "wrong_key"


class WrongScope(DeniedError):
    """The key lacks the scope that this call needs."""

    code = "wrong_scope"


class MissingToken(DeniedError):
    """A publishable key needs a token beside it: send it as 'Afterword-Token'."""

    code = "missing_token"


class WrongToken(DeniedError):
    """The token is none of ours, or its secret key has been revoked."""

    code = "wrong_token"


class NotForBrowsers(DeniedError):
    """A publishable key does not allow this."""

    code = "not_for_browsers"


class WrongOrigin(DeniedError):
    """The key does not allow this browser origin."""

    code = "wrong_origin"


class TooManyRequests(DeniedError):
    """Too many requests: slow down."""

    code = "too_many_requests"
    permanent = False

    def __init__(
        self, detail: str | None = None, *, field: str | None = None, wait_s: int = 1
    ) -> None:
        """Say after how many seconds the next is taken."""
        super().__init__(detail, field=field)
        self.wait_s = wait_s


class UnavailableError(AfterwordError):
    """The server cannot do this now; the same request may succeed later."""

    code = "unavailable"
    permanent = False


class JournalUnavailable(UnavailableError):
    """The journal could not be written; nothing of this request was kept."""

    code = "journal_unavailable"
    is_passing = False  # nothing was kept, and the same transaction may well succeed at once
    is_unsure = False  # the connection broke at the commit: it may have been kept


class JournalInUse(UnavailableError):
    """Another process is serving this data folder."""

    code = "journal_in_use"


class Stopping(UnavailableError):
    """The server is stopping; send the request again."""

    code = "stopping"


class SetupError(AfterwordError):
    """Afterword is not set up for this."""

    code = "setup"
