"""Text made ready, and cut into words, numbers and signs."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LATIN: Final = r"a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
_TOKEN: Final = re.compile(
    rf"[{_LATIN}]+(?:['-][{_LATIN}]+)*"
    r"|[\u0400-\u052f]+(?:-[\u0400-\u052f]+)*"
    r"|[\u0620-\u065f\u066e-\u06d3]+|[\u0900-\u0963]+"
    r"|\d+|[?\uff1f\u061f]|[.!\u3002\uff01\u0964|;\n]"
    r"|[\u3040-\u30ff\u31f0-\u9fff]"  # a sign of the far east stands alone
)
# The same where all is ASCII, as most text is, in less than half the time.
_ASCII_TOKEN: Final = re.compile(r"[a-z]+(?:['-][a-z]+)*|\d+|[?.!|;\n]")
# Marks that nobody sees, and the line that lengthens an Arabic word.
_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff\u0640]")
_ARABIC: Final = re.compile(r"[\u0620-\u06d3]")
# Arabic is written with and without its marks.
_SPELLINGS: Final = dict.fromkeys(range(0x64B, 0x653)) | str.maketrans(
    "\u0623\u0625\u0622\u0649\u0629\u0624\u0626",
    "\u0627\u0627\u0627\u064a\u0647\u0648\u064a",
)
LATIN_RUN: Final = re.compile(rf"[{_LATIN}]+")
ASKS: Final = frozenset("?\uff1f\u061f")
BREAKS: Final = frozenset(".!\u3002\uff01\u0964|;\n")


def prepared(text: str) -> str:
    """Put text into the one spelling in which phrases are looked for."""
    lowered = text.lower().replace(" '", "'")
    if lowered.isascii():
        return lowered
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", lowered))
    plain = plain.replace("\u2019", "'").replace("i\u0307", "i").replace("\u0451", "\u0435")
    return plain.translate(_SPELLINGS) if _ARABIC.search(plain) else plain


def tokens_of(plain: str) -> list[str]:
    """Cut prepared text into words, numbers, question marks and ends of sentences."""
    return (_ASCII_TOKEN if plain.isascii() else _TOKEN).findall(plain)
