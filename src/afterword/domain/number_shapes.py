"""Shapes of numbers: which groups of digits are a card, an IBAN, a date or a phone number.

Digits come as they were grouped in the text ("415-555-0123" is three groups); every rule here is
pure and looks at one short stretch. ``masking`` finds the stretches.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Introduced(StrEnum):
    """What the word before a number says it is."""

    PHONE = "phone"
    ACCOUNT = "account"
    CARD = "card"
    REFERENCE = "reference"  # an order, a ticket, an amount: names no person


class Stretch(Struct, frozen=True):
    """Digit groups that stand together in a text."""

    groups: tuple[str, ...]  # ASCII digits
    separators: tuple[str, ...]  # between the groups
    has_plus: bool = False
    introduced: Introduced | None = None

    @property
    def digits(self) -> str:
        """All digits without their grouping."""
        return "".join(self.groups)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Digits in each group."""
        return tuple(map(len, self.groups))


_ISSUER: Final = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]|2[2-7]|35)\d{14}|3[47]\d{13}|3[0689]\d{12}"
    r"|(?:5[06-9]|6\d)\d{14,17}"
)
_CARD_GROUPS: Final = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3)}
_CARD_SEPARATORS: Final = frozenset((" ", "-", "\u00a0", "\u202f"))
_CARD_LENGTHS: Final = range(13, 20)
_ACCOUNT_LENGTHS: Final = range(6, 21)

# Number of characters by country, from the SWIFT registry (ISO 13616).
_IBAN_COUNTRIES: Final = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in _IBAN_COUNTRIES.items()
    for country in countries.split()
}


def is_card(stretch: Stretch) -> bool:
    """Tell whether digits are a payment card's: issuer, grouping and Luhn's check digit."""
    digits = stretch.digits
    if len(digits) not in _CARD_LENGTHS:
        return False
    if stretch.introduced is Introduced.CARD:
        return True  # said to be one: a mistyped digit does not make it anybody's business
    is_plain = len(stretch.groups) == 1 or stretch.lengths in _CARD_GROUPS
    are_usual = _CARD_SEPARATORS.issuperset(stretch.separators)
    return is_plain and are_usual and bool(_ISSUER.fullmatch(digits)) and _passes_luhn(digits)


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_account(stretch: Stretch) -> bool:
    """Tell whether digits are an account number: only where a word says so."""
    is_said = stretch.introduced is Introduced.ACCOUNT
    return is_said and len(stretch.digits) in _ACCOUNT_LENGTHS and not starts_with_date(stretch)


def iban_length(country: str) -> int | None:
    """Give the number of characters of a country's IBANs, by its two letters."""
    return _IBAN_LENGTHS.get(country.upper())


def is_iban(compact: str) -> bool:
    """Tell whether 15 to 34 letters and digits without blanks pass the check of ISO 7064.

    References: ISO 13616-1:2020, MOD 97-10: letters count from A = 10.
    """
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def starts_with_date(stretch: Stretch) -> bool:
    """Tell whether the first three groups are a date: year first, or year last."""
    groups, separators = stretch.groups[:3], stretch.separators
    if len(groups) < len(_YEAR_FIRST) or separators[0] != separators[1]:
        return False
    if len(separators) > len(_YEAR_FIRST) - 1 and not has_blank(separators[2]):
        return False  # 01.02.03.04.05 goes on
    shape = tuple(min(max(len(group), 2), 5) for group in groups)
    if shape == _YEAR_FIRST:
        year, parts = int(groups[0]), groups[1:]
    elif shape == _YEAR_LAST or (shape == _SHORT_YEAR and not has_blank(separators[0])):
        year, parts = int(groups[2]), groups[:2]
    else:
        return False
    smaller, larger = sorted(map(int, parts))
    has_year = shape == _SHORT_YEAR or _YEARS[0] <= year <= _YEARS[1]
    return has_year and 1 <= smaller <= _MONTHS and larger <= _DAYS


_YEAR_FIRST: Final = (4, 2, 2)
_YEAR_LAST: Final = (2, 2, 4)
_SHORT_YEAR: Final = (2, 2, 2)
_YEARS: Final = (1900, 2100)
_MONTHS: Final = 12
_DAYS: Final = 31


def has_blank(separator: str) -> bool:
    """Tell whether a separator sets its neighbours apart, rather than tying them together."""
    return not _BLANKS.isdisjoint(separator)


_BLANKS: Final = frozenset(" \u00a0\u202f")


def is_phone(stretch: Stretch) -> bool:
    """Tell whether digits are a telephone number (E.164: at most 15 digits)."""
    if len(stretch.groups) > 1 and len(stretch.groups[-1]) == 1:
        return False
    return _has_phone_shape(stretch) and not _is_decimal(stretch) and not starts_with_date(stretch)


def _has_phone_shape(stretch: Stretch) -> bool:
    digits = stretch.digits
    if stretch.introduced is Introduced.PHONE and len(digits) in _SAID_LENGTHS:
        return True
    if stretch.introduced is Introduced.REFERENCE:
        return False
    if stretch.has_plus or digits.startswith("00"):
        return _is_international(digits if stretch.has_plus else digits[2:], stretch)
    return len(digits) in _NATIONAL_LENGTHS and bool(_NATIONAL.fullmatch(" ".join(stretch.groups)))


_SAID_LENGTHS: Final = range(7, 16)
_INTERNATIONAL_LENGTHS: Final = range(8, 16)
_NATIONAL: Final = re.compile(
    r"""(?:1\ )?[2-9]\d\d\ \d{3}\ \d{4} | [2-9]\d\d\ \d{7}   # North America
    | [6-9]\d{4}\ \d{5}                                     # India
    | [2-9]\d{9} | 1[2-9]\d{9} | 0[1-9]\d{8,10}             # bare; Unix times begin with 1
    | 0\d{1,4}(?:\ \d{2,8}){1,4}                           # trunk 0
    """,
    re.VERBOSE,
)
_NATIONAL_LENGTHS: Final = range(9, 13)


def _is_international(digits: str, stretch: Stretch) -> bool:
    is_amount = len(stretch.groups) > 1 and set(stretch.groups[1:]) == {"000"}
    return len(digits) in _INTERNATIONAL_LENGTHS and digits[0] != "0" and not is_amount


def _is_decimal(stretch: Stretch) -> bool:
    return stretch.separators == (".",)
