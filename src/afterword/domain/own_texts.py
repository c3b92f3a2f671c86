"""The product's own words: which of them a user hears, and what is wrong with a file's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from afterword.domain.phrasebook import PHRASES
from afterword.domain.texts import NAMES, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def own_words(locale: str | None, own: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Give what a product says in its own words to a user of this locale.

    Args:
        locale: As the host sent it.
        own: The product's texts by locale, such as ``de`` and ``de-at``: the nearer one wins.

    Returns:
        Texts by name, with the ``locale`` that they are in; nothing where there are none.
    """
    tag = tag_of(locale)
    language = tag.split("-", 1)[0]
    if language not in PHRASES and language not in own:
        tag = language = "en"
    found: dict[str, str] = {}
    pieces = tag.split("-")
    for end in range(1, len(pieces) + 1):
        nearer = "-".join(pieces[:end])
        if nearer in own:
            found |= {"locale": nearer, **own[nearer]}
    return found


def text_faults(value: object) -> Iterator[str]:
    """Tell everything that is wrong with the tables of ``texts``."""
    if not isinstance(value, dict):
        yield "texts: must be tables such as [texts.de]"
        return
    for locale, table in value.items():
        where = f"texts.{named(locale)}"
        if not _LOCALE.fullmatch(locale):
            yield f"{where}: must be named by a locale such as de or de-AT"
        elif not isinstance(table, dict):
            yield f"{where}: must be a table"
        else:
            yield from (f"{where}.{fault}" for fault in _phrases(table))
            yield from _missing(where, locale, table, value)
    tags = [locale.lower() for locale in value]
    yield from (f"texts.{tag}: stands there twice" for tag in {*tags} if tags.count(tag) > 1)


def _phrases(table: dict[str, object]) -> Iterator[str]:
    for name, text in table.items():
        most = NAMES.get(name)
        if most is None:
            yield f"{named(name)}: is no text, there are {', '.join(NAMES)}"
        elif not isinstance(text, str) or not text.strip() or not _is_one_line(text):
            yield f"{name}: must be one line of text"
        elif len(text) > most:
            yield f"{name}: has {len(text)} characters, at most {most} are shown"


def _missing(
    where: str, locale: str, table: dict[str, object], all_of_them: dict[str, object]
) -> Iterator[str]:
    language = locale.lower().split("-", 1)[0]
    if language in PHRASES:
        return
    if language in {other.lower() for other in all_of_them} - {locale.lower()}:
        return
    lacking = [name for name in NAMES if name not in table]
    if lacking:
        yield f"{where}: this language is not shipped, so it also needs {', '.join(lacking)}"


def _is_one_line(text: str) -> bool:
    # Marks of direction and narrow spaces are no printable characters, but belong to languages.
    return all(
        letter.isprintable() or letter in "\u00a0\u200c\u200d\u200e\u200f\u202f" for letter in text
    )


def named(name: str) -> str:
    """Write a key of the file on one line."""
    return name[:60] if name.isprintable() and name else "a name that cannot be printed"
