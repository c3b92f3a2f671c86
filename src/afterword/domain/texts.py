"""The words of an ask: question, answers, one optional why, a short thank-you; and its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.domain.events import Rating
from afterword.domain.phrasebook import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Most characters of each: the whole form is two lines on a phone. An answer goes by its level.
NAMES: Final[dict[str, int]] = {
    "question": 60,
    **dict.fromkeys(Rating, 30),
    "reason_question": 60,
    "acknowledgement": 60,
    "opener": 30,
    "close": 20,
    "send": 20,
    "never": 30,
    "privacy": 30,
    "too_long": 30,
}
OwnTexts = dict[str, dict[str, str]]  # by locale in small letters, then by name


class Option(Struct, frozen=True):
    """One answer as the user reads it."""

    value: Rating
    label: str


class Texts(Struct, frozen=True, kw_only=True):
    """Everything an ask and its form say, in one language (``locale``, a BCP 47 tag)."""

    locale: str
    question: str
    options: tuple[Option, ...]
    reason_question: str
    acknowledgement: str
    opener: str
    close: str
    send: str
    never: str
    privacy: str
    too_long: str


def texts(locale: str | None, own: Mapping[str, str] | None = None) -> Texts:
    """Give the texts for a user's locale.

    Args:
        locale: As the host sent it (``en-GB``, ``de_DE``), in any case; never checked there.
        own: What the product says in its own words; see ``domain.own_texts``.

    Returns:
        The texts of the language; English where there are none.
    """
    words = _TEXTS.get(tag_of(locale).split("-", 1)[0], _TEXTS["en"])
    return _dressed(words, own) if own else words


def tag_of(locale: str | None) -> str:
    """Write a host's locale as a tag in small letters; empty where there is none."""
    return (locale or "").replace("_", "-").strip().lower()


def _dressed(words: Texts, own: Mapping[str, str]) -> Texts:
    options = tuple(
        Option(option.value, own.get(option.value, option.label)) for option in words.options
    )
    same = {name: value for name, value in own.items() if name in Texts.__struct_fields__}
    return msgspec.structs.replace(words, options=options, **same)


def _texts(locale: str, phrases: tuple[str, ...]) -> Texts:
    told = dict(zip(NAMES, phrases, strict=True))
    options = tuple(Option(level, told.pop(level)) for level in Rating)
    return Texts(locale=locale, options=options, **told)


_TEXTS: Final = {locale: _texts(locale, phrases) for locale, phrases in PHRASES.items()}
