"""The words of an ask: question, answers, one optional why, a short thank-you; and its buttons."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from afterword.domain.events import Rating


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
    opener="Rate this session",
    close="Close",
    send="Send",
    never="Don't ask me again",
    privacy="Privacy",
    too_long="At most 30 words",
)


def _texts(locale: str, question: str, labels: tuple[str, str, str], *others: str) -> Texts:
    options = tuple(Option(*pair) for pair in zip(Rating, labels, strict=True))
    names = Texts.__struct_fields__[3:]
    return Texts(
        locale=locale,
        question=question,
        options=options,
        **dict(zip(names, others, strict=True)),
    )


_OTHERS: Final = (
    _texts(
        "de",
        "Wie lief dieses Gespräch?",
        ("hilfreich", "okay", "nicht, was ich brauchte"),
        "Was hätten wir besser machen können?",
        "Danke \u2014 das hilft uns, besser zu werden.",
        "Gespräch bewerten",
        "Schließen",
        "Senden",
        "Nicht mehr fragen",
        "Datenschutz",
        "Höchstens 30 Wörter",
    ),
    _texts(
        "es",
        "¿Qué tal fue esta conversación?",
        ("útil", "regular", "no era lo que necesitaba"),
        "¿Hay algo que pudimos hacer mejor?",
        "Gracias \u2014 lo usaremos para mejorar.",
        "Valorar esta conversación",
        "Cerrar",
        "Enviar",
        "No volver a preguntar",
        "Privacidad",
        "Máximo 30 palabras",
    ),
    _texts(
        "ja",
        "今回のやり取りはいかがでしたか？",
        ("役に立った", "まあまあ", "求めていたものと違った"),
        "改善できる点はありましたか？",
        "ありがとうございます。改善に役立てます。",
        "今回のやり取りを評価",
        "閉じる",
        "送信",
        "今後は表示しない",
        "プライバシー",
        "30語以内でお願いします",
    ),
    _texts(
        "ar",
        "كيف كانت هذه المحادثة؟",
        ("مفيدة", "مقبولة", "ليست ما احتجت إليه"),
        "هل كان بإمكاننا فعل شيء أفضل؟",
        "شكرًا \u2014 سنستفيد من ذلك لنتحسن.",
        "قيّم هذه المحادثة",
        "إغلاق",
        "إرسال",
        "لا تسألني مرة أخرى",
        "الخصوصية",
        "30 كلمة كحد أقصى",
    ),
)
_TEXTS: Final = {entry.locale: entry for entry in (_ENGLISH, *_OTHERS)}
