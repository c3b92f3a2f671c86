"""Words: what a limit of thirty counts, the same here and in the widget.

The rule, which ``tests/vectors/words.json`` holds for both languages:

1. A word is a run of letters, digits and combining marks that begins with a letter or digit
   (Unicode categories L, N, M; the zero-width joiners and the soft hyphen count as marks).
2. One ``'``, U+2019 or ``-`` between two such runs joins them: *that's*, *follow-up*.
3. Han, Kana and Thai have no spaces: there a run counts one word per two letters, rounded up for
   each run. Marks and digits are not among these letters.
4. Everything else (spaces, punctuation, emoji, ``_``) separates and does not count.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# Ranges instead of script names: JavaScript's \p{Script=Katakana} lacks U+30FC and U+FF70, and a
# newer Unicode must not count differently on one side.
UNSPACED: Final = (
    (0x0E01, 0x0E30),
    (0x0E32, 0x0E33),
    (0x0E40, 0x0E46),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x3041, 0x3096),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_JOINERS: Final = "'\u2019-"
_LIKE_MARKS: Final = "\u00ad\u200c\u200d"


def count_words(text: str) -> int:
    """Count the words of a text by the rule above, in time linear in its length."""
    # Most text is ASCII, where dropping the joiners leaves one blank-separated piece for each
    # word, unless two joiners stand together (well--maybe).
    if text.isascii() and not _has_doubled_joiner(text):
        return len(text.encode().translate(_ASCII_PIECES, _ASCII_JOINERS).split())
    return sum(_size(run) for run in _RUN.findall(text.translate(_KINDS)))


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Give the runs of letters and digits, and whether their script has no spaces."""
    for run in _RUN.finditer(text.translate(_KINDS)):
        yield text[run.start() : run.end()], run[0][0] == "h"


def cut(text: str, limit: int = 30) -> tuple[str, bool]:
    """Shorten a text to its first words.

    Args:
        text: Any text.
        limit: Words to keep, at least 0.

    Returns:
        The text up to the end of its last word within the limit, and whether anything beyond the
        limit was dropped; a text within the limit comes back untouched.
    """
    if count_words(text) <= limit:
        return text, False
    kinds = text.translate(_KINDS)
    left, end = limit, 0
    for run in _RUN.finditer(kinds):
        size = _size(run[0])
        if size > left:
            # Only a run without spaces can hold more than one word: keep the part that fits.
            part = re.compile(f"(?:hm*){{{2 * left}}}").match(kinds, run.start())
            end = part.end() if left and part else end
            break
        left -= size
        end = run.end()
    return text[:end], True


_ASCII_JOINERS: Final = b"'-"
_ASCII_PIECES: Final = bytes(code if bytes((code,)).isalnum() else ord(" ") for code in range(256))
# One letter for each character of the text: a = letter or digit, h = letter of an unspaced
# script, m = mark, - = joiner, blank = anything else.
_RUN: Final = re.compile("a[am]*(?:-a[am]*)*|h[hm]*")


def _has_doubled_joiner(text: str) -> bool:
    return "--" in text or "''" in text or "-'" in text or "'-" in text


def _size(run: str) -> int:
    return (run.count("h") + 1) // 2 if run[0] == "h" else 1


class _Kinds(dict[int, str]):
    """The kind of each character, found when it is first met."""

    _MOST = 20_000  # text that wanders through all of Unicode must not fill the memory

    def __missing__(self, code: int) -> str:
        kind = _kind(code)
        if len(self) < self._MOST:
            self[code] = kind
        return kind


def _kind(code: int) -> str:
    character = chr(code)
    if any(low <= code <= high for low, high in UNSPACED):
        return "h"
    if character in _JOINERS:
        return "-"
    category = unicodedata.category(character)[0]
    if category == "M" or character in _LIKE_MARKS:
        return "m"
    return "a" if category in "LN" else " "


_KINDS: Final = _Kinds()
