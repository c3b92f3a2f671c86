"""The words of an ask: question, answers, one optional why, and a short thank-you."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from afterword.domain.events import Rating


class Option(Struct, frozen=True):
    """One answer as the user reads it."""

    value: Rating
    label: str


class Texts(Struct, frozen=True, kw_only=True):
    """Everything an ask says, in one language (``locale``, a BCP 47 tag)."""

    locale: str
    question: str
    options: tuple[Option, ...]
    reason_question: str
    acknowledgement: str


def texts(locale: str | None) -> Texts:
    """Give the texts for a user's locale.

    Args:
        locale: As the host sent it (``en-GB``, ``de_DE``), in any case; never checked there.

    Returns:
        The texts of the language; English where there are none yet.
    """
    language = (locale or "").replace("_", "-").split("-", 1)[0].strip().lower()
    return _TEXTS.get(language, _ENGLISH)


_ENGLISH: Final = Texts(
    locale="en",
    question="How did this session go?",
    options=(
        Option(Rating.POSITIVE, "helpful"),
        Option(Rating.NEUTRAL, "okay"),
        Option(Rating.NEGATIVE, "not what I needed"),
    ),
    reason_question="Anything we could have done better?",
    acknowledgement="Thanks \u2014 we'll use that to improve.",
)


def _texts(locale: str, question: str, labels: tuple[str, str, str], *after: str) -> Texts:
    reason_question, acknowledgement = after
    return Texts(
        locale=locale,
        question=question,
        options=tuple(Option(*pair) for pair in zip(Rating, labels, strict=True)),
        reason_question=reason_question,
        acknowledgement=acknowledgement,
    )


_OTHERS: Final = (
    _texts(
        "de",
        "Wie lief dieses Gespräch?",
        ("hilfreich", "okay", "nicht, was ich brauchte"),
        "Was hätten wir besser machen können?",
        "Danke \u2014 das hilft uns, besser zu werden.",
    ),
    _texts(
        "es",
        "¿Qué tal fue esta conversación?",
        ("útil", "regular", "no era lo que necesitaba"),
        "¿Hay algo que pudimos hacer mejor?",
        "Gracias \u2014 lo usaremos para mejorar.",
    ),
    _texts(
        "ja",
        "今回のやり取りはいかがでしたか？",
        ("役に立った", "まあまあ", "求めていたものと違った"),
        "改善できる点はありましたか？",
        "ありがとうございます。改善に役立てます。",
    ),
    _texts(
        "ar",
        "كيف كانت هذه المحادثة؟",
        ("مفيدة", "مقبولة", "ليست ما احتجت إليه"),
        "هل كان بإمكاننا فعل شيء أفضل؟",
        "شكرًا \u2014 سنستفيد من ذلك لنتحسن.",
    ),
)
_TEXTS: Final = {entry.locale: entry for entry in (_ENGLISH, *_OTHERS)}
