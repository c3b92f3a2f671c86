"""From other people's ratings to three levels.

A number is negative in the lowest third of its scale, positive in the highest, neutral between
them; on the lines themselves it is neutral, so that both ends are treated alike. On 1-5: 1 and 2,
3, 4 and 5. On 0-10: 0 to 3, 4 to 6, 7 to 10. On 1-7: 1 and 2, 3 to 5, 6 and 7. On 0-1 and 1-2:
the lower, nothing, the upper. Words need no scale.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct

from afterword.domain.events import Rating
from afterword.errors import InvalidField

_SCALE: Final = re.compile(r"(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)", re.ASCII)
_MOST_DIGITS: Final = 20  # far within what decimals subtract exactly
_WORDS: Final = {
    word: level
    for level, words in {
        Rating.POSITIVE: "positive/helpful/good/up/thumbs up/👍",
        Rating.NEUTRAL: "neutral/okay/ok",
        Rating.NEGATIVE: "negative/not what i needed/bad/down/thumbs down/👎",
    }.items()
    for word in words.split("/")
}


class Scale(Struct, frozen=True):
    """The lowest and the highest number of a scale; the highest is the best."""

    low: Decimal
    high: Decimal

    @classmethod
    def parse(cls, text: str) -> Scale:
        """Read ``LO-HI``.

        Raises:
            InvalidField: It is not that, or LO is not below HI.
        """
        found = _SCALE.fullmatch(text.strip())
        if found is None or len(text) > _MOST_DIGITS:
            raise InvalidField(f"scale: {text!r:.40} is not LO-HI, such as 1-5.", field="scale")
        scale = cls(Decimal(found[1]), Decimal(found[2]))
        if scale.low >= scale.high:
            raise InvalidField(f"scale: {text}: LO must lie below HI.", field="scale")
        return scale

    def level(self, value: Decimal) -> Rating:
        """Give the level of a number on the scale."""
        if 3 * (value - self.low) < self.high - self.low:
            return Rating.NEGATIVE
        if 3 * (self.high - value) < self.high - self.low:
            return Rating.POSITIVE
        return Rating.NEUTRAL


def read_rating(text: str, scale: Scale | None) -> Rating:
    """Read a number on a scale, or a word.

    Raises:
        InvalidField: It is neither, or lies outside the scale.
    """
    level = _WORDS.get(" ".join(text.casefold().replace("_", " ").split()))
    if level is not None:
        return level
    value = _number(text)
    if value is None:
        known = ", ".join(_WORDS)
        raise InvalidField(f"{text!r:.40} is neither a number nor one of {known}.", field="rating")
    if scale is None:
        raise InvalidField(
            f"{text!r:.40} is a number: say its scale, as in --scale 1-5.", field="rating"
        )
    if not scale.low <= value <= scale.high:
        raise InvalidField(
            f"{text!r:.40} lies outside the scale {scale.low}-{scale.high}.", field="rating"
        )
    return scale.level(value)


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
