"""Masking: addresses and numbers that name a person leave every free text before it is kept.

Replaced are e-mail addresses; IBANs (the country's length and ISO 7064 check) and numbers that an
account word introduces; payment cards (issuer, usual grouping, Luhn's check; or a card word before
them); phone numbers (international, with a trunk 0, North American, ten bare digits, or a phone
word before them). Years, dates, prices, quantities, versions, network addresses, and the numbers
of orders and tickets stay.

Time is linear in the length of the text, and masking a masked text changes nothing: every decision
looks at a bounded stretch, and a mask ends it as the digits did that stood there.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final
from unicodedata import decimal

from afterword.domain.number_shapes import (
    Introduced,
    Stretch,
    has_blank,
    iban_length,
    is_account,
    is_card,
    is_iban,
    is_phone,
    starts_with_date,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def mask(text: str) -> str:
    """Replace what names a person by ``[email]``, ``[card]``, ``[account]`` and ``[phone]``."""
    if not _MAY_HOLD.search(text):
        return text
    return _mask_numbers(_mask_ibans(_mask_addresses(text)))


# No number that is masked has fewer than six digits.
_MAY_HOLD: Final = re.compile(r"@|\d(?:[^\d\n]{0,2}\d){5}|[A-Za-z]{2}\d\d")


def _mask_addresses(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for domain in _DOMAIN.finditer(text):
        start = max(done, domain.start() - _MAILBOX_MOST)
        mailbox = _find_mailbox(text, start, domain.start())
        if mailbox is None:
            continue
        skipped = len(mailbox[0]) - len(mailbox[0].lstrip(".'-"))
        if skipped == len(mailbox[0]):
            continue
        pieces += (text[done : mailbox.start() + skipped], "[email]")
        done = domain.end()
    return "".join((*pieces, text[done:]))


_DOMAIN: Final = re.compile(
    r"@(?:[^\W_][\w-]{0,62}\.){1,8}(?:[A-Za-z]{2,24}(?![A-Za-z0-9_])|[^\W\d_]{2,24}(?!\w))"
)
# First the alphabets with spaces: Chinese words stand right before an address.
_MAILBOXES: Final = (
    re.compile(r"[A-Za-z0-9\u00c0-\u052f_.%+'-]+\Z"),
    re.compile(r"[\w.%+'-]+\Z"),
)
_MAILBOX_MOST: Final = 64


def _find_mailbox(text: str, start: int, end: int) -> re.Match[str] | None:
    found = (mailbox.search(text, start, end) for mailbox in _MAILBOXES)
    return next((mailbox for mailbox in found if mailbox), None)


def _mask_ibans(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for start in _IBAN_START.finditer(text):
        length = iban_length(start[0][:2])
        if length is None or start.start() < done:
            continue
        found = _IBAN_REST[length].match(text, start.end())
        if found and is_iban(re.sub("[ -]", "", start[0] + found[0])):
            pieces += (text[done : start.start()], "[account]")
            done = found.end()
    return "".join((*pieces, text[done:]))


_IBAN_START: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d", re.ASCII)
_IBAN_REST: Final = {
    length: re.compile(rf"(?:[ -]?[A-Za-z0-9]){{{length - 4}}}(?![A-Za-z0-9])")
    for length in range(15, 35)
}


def _mask_numbers(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for number in _NUMBER.finditer(text):
        run = _Run(text, number)
        at = 0
        while at < len(run.groups):
            size, label = run.read(at)
            if label:
                start = max(done, run.start_of(at, size))
                pieces += (text[done:start], label)
                done = run.groups[at + size - 1].end()
            at += size
    return "".join((*pieces, text[done:]))


_SEPARATOR: Final = r"[ \u00a0\u202f\-\u2010-\u2013.()/]"
# Not inside a name (inv2024…) and not behind the point of a decimal or version; a plus may stand
# anywhere.
_NUMBER: Final = re.compile(
    rf"(?:\+\(?|(?<![A-Za-z_\d])(?<!\d[.\-/])\(?)\d(?:{_SEPARATOR}{{0,2}}\d)*+"
)
_GROUP: Final = re.compile(r"\d+")
_MOST_GROUPS: Final = 7
_LABELS: Final[tuple[tuple[Callable[[Stretch], bool], str], ...]] = (
    (is_card, "[card]"),
    (is_account, "[account]"),
    (is_phone, "[phone]"),
)


class _Run:
    """Digit groups with nothing but separators between them, read from left to right.

    What begins at a group is decided from the groups that follow it, never from those before it:
    so a run reads the same once its beginning has become a mask.
    """

    def __init__(self, text: str, number: re.Match[str]) -> None:
        self.text = text
        self.start = number.start()
        self.groups = list(_GROUP.finditer(text, number.start(), number.end()))
        self.digits = [_as_ascii(group[0]) for group in self.groups]
        self.separators = [
            text[left.end() : right.start()] for left, right in pairwise(self.groups)
        ]
        self.is_apart = [has_blank(separator) for separator in self.separators]
        self.n_digits = list(accumulate(map(len, self.digits), initial=0))
        self.has_plus = number[0].startswith("+")
        after = text[number.end() : number.end() + 1]
        self.is_cut_off = after == "_" or (after.isascii() and after.isalpha())

    @cached_property
    def introduced(self) -> Introduced | None:
        """What the word before the run says it is."""
        return _introduced(self.text, self.start)

    def read(self, at: int) -> tuple[int, str | None]:
        """Give the number of groups to step over, and their mask if they have one."""
        if at and not self.is_apart[at - 1]:
            return 1, None
        for size in range(min(_MOST_GROUPS, len(self.groups) - at), 0, -1):
            stretch = self._stretch(at, size)
            if stretch is None:
                continue
            for fits, label in _LABELS:
                if fits(stretch):
                    return size, label
            if size <= _DATE_GROUPS + 1 and starts_with_date(stretch):
                return _DATE_GROUPS, None
        return 1, None

    def start_of(self, at: int, size: int) -> int:
        """Give where a masked stretch begins, with the sign and bracket that belong to it."""
        start = self.groups[at].start()
        is_bracketed = any(")" in separator for separator in self.separators[at : at + size - 1])
        if is_bracketed and self.text[start - 1 : start] == "(":
            start -= 1
        return start - (self.has_plus and at == 0 and self.text[start - 1 : start] == "+")

    def _stretch(self, at: int, size: int) -> Stretch | None:
        end = at + size
        is_last = end == len(self.groups)
        if self.is_cut_off if is_last else not self.is_apart[end - 1]:
            return None
        n_digits = self.n_digits[end] - self.n_digits[at]
        if n_digits not in _DIGITS or n_digits < 2 * size - 1:
            return None  # too short, too long, or a list of single digits
        return Stretch(
            tuple(self.digits[at:end]),
            tuple(self.separators[at : end - 1]),
            has_plus=self.has_plus and at == 0,
            introduced=self.introduced if at == 0 else None,
        )


_DATE_GROUPS: Final = 3
_DIGITS: Final = range(6, 21)


def _as_ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(decimal(digit)) for digit in digits)


def _introduced(text: str, end: int) -> Introduced | None:
    start = max(0, end - _LOOK_BACK)
    before = text[start:end].casefold().replace("a/c", "account")
    words = _WORD_OR_SIGN.findall(before)
    if start and text[start - 1].isalnum() and text[start].isalnum():
        words = words[1:]  # cut in two
    is_numbered = False
    for word in reversed(words):
        if word in _INTRODUCTIONS:
            return _INTRODUCTIONS[word]
        if word == "#":
            is_numbered = True
        elif word not in _BETWEEN:
            break
    return Introduced.REFERENCE if is_numbered else None


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_LOOK_BACK: Final = 48
_WORD_OR_SIGN: Final = re.compile(r"[^\W_]+|[^\w\s:=.,;/()'\u2019-]")
_BETWEEN: Final = _words(
    "number numbers num no nr nummer numero número numéro is are was ist est es my the of on at "
    "to me us him her them back with ending in code digits now please"
)
_INTRODUCTIONS: Final = {
    word: kind
    for kind, words in {
        Introduced.PHONE: (
            "phone phones telephone tel telefon telefonnummer téléphone telefono teléfono "
            "telefone mobile mobil móvil handy cell cellphone call calling ring whatsapp fax sms "
            "text contact ph phn reach dial hotline"
        ),
        Introduced.ACCOUNT: (
            "account acct acc konto kontonummer compte cuenta conto conta rekening iban routing "
            "sort bsb"
        ),
        Introduced.CARD: "card visa mastercard amex karte kartennummer carte tarjeta carta cartão",
        Introduced.REFERENCE: (
            "order orders ticket case ref reference id invoice tracking booking "
            "reservation confirmation isbn issn sku serial item part model version build commit "
            "bestellung commande pedido timestamp $ € £ ¥ ₹ usd eur gbp"
        ),
    }.items()
    for word in _words(words)
}
