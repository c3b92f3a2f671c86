"""Masking: what names a person goes, what does not stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterword.domain.masking import mask

PIECES = st.sampled_from(
    [
        "jane.doe+x@mail.example.org",
        "@",
        "a.b",
        "415-555-0123",
        "(415) 555-0123",
        "+49 30 1234567",
        "4155550123",
        "01223 327908",
        "4111 1111 1111 1111",
        "378282246310005",
        "DE89 3704 0044 0532 0130 00",
        "2024-01-05",
        "12.05.2024",
        "call",
        "account number",
        "card",
        "order #",
        "[phone]",
        "[account]",
        " ",
        " ",
        "-",
        ".",
        "/",
        "(",
        ")",
        "+",
        "00",
        "0171",
        "12",
        "7",
        "5550123",
        "\u0660\u0661",
        "_",
        "x",
        "\n",
        ",",
        "\u7535\u8bdd",
    ]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail jane.doe+x@mail.example.co.uk, thanks", "mail [email], thanks"),
        ("'o.brien@example.com'", "'[email]'"),
        ("https://user:secret@example.org/x", "https://user:[email]/x"),
        ("a@b.cd@e.fg", "[email]@e.fg"),
        ("\u90ae\u7bb1abc@example.cn\u5427", "\u90ae\u7bb1[email]\u5427"),
        ("j\u00fcrgen@m\u00fcller.example", "[email]"),
    ],
)
def test_mail_addresses_are_masked(text, masked):
    """The whole address goes, what stands around it stays."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "phone",
    [
        "415-555-0123",
        "(415) 555-0123",
        "+1 (415) 555-0123",
        "1-415-555-0123",
        "415.555.0123",
        "4155550123",
        "+49 30 1234567",
        "+49 (0) 30 1234567",
        "+33 1 23 45 67 89",
        "0049 30 123456",
        "030/1234567",
        "0171-1234567",
        "01 23 45 67 89",
        "020 7946 0958",
        "01223 327908",
        "98765 43210",
        "13812345678",
        "415\u00a0555\u00a00123",
        "\u0660\u0661\u0662\u0662\u0663 \u0663\u0662\u0667\u0669\u0660\u0668",
    ],
)
def test_phone_numbers_are_masked_as_people_write_them(phone):
    """International, North American, European, Indian and Chinese ways, with any digits."""
    assert mask(f"I am at {phone}, or by mail 2 times a day") == (
        "I am at [phone], or by mail 2 times a day"
    )


def test_a_phone_word_makes_a_short_number_a_phone_number():
    """Seven digits alone may be anything; after "call me at" they are a number to call."""
    assert mask("call me at 555-0123 or call 2 people") == "call me at [phone] or call 2 people"
    assert mask("between 555-0123 of them") == "between 555-0123 of them"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111111111111111", "[card]"),
        ("paid with 4111 1111 1111 1111 12/27 123", "paid with [card] 12/27 123"),
        ("5500-0000-0000-0004", "[card]"),
        ("3782 822463 10005", "[card]"),
        ("card number is 9472 4135 0127 7840.", "card number is [card]."),
        ("4111111111111112 is no card", "4111111111111112 is no card"),
    ],
)
def test_cards_are_masked(text, masked):
    """Issuer and check digit make a card, or a word before sixteen digits (mistyped ones too)."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("DE89 3704 0044 0532 0130 00 please", "[account] please"),
        ("gb82west12345698765432", "[account]"),
        ("FR14 2004 1010 0505 0001 3M02 606", "[account]"),
        ("my account number is 153531981.", "my account number is [account]."),
        ("acct # 87654321", "acct # [account]"),
        ("Kontonummer: 1234567", "Kontonummer: [account]"),
        ("my account since 2019 has 1500000 points", "my account since 2019 has 1500000 points"),
    ],
)
def test_account_numbers_are_masked(text, masked):
    """IBANs by their check, other accounts by the word before them."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "in 2023-2024, from 1999 to 2005",
        "on 12/31/2024, 31.12.2024, 1.2.24 and 2024-01-05 10:30 or 2024-01-05T10:30:00",
        "06252018 time 1652",
        "$1,299.00 or EUR 10 000 000 or 1.299.000 or \u20ac4155550123",
        "500 units of 250 g, 100 200 300, 10-20-30, 4x4",
        "Python 3.11.7, v10.15.7, lodash@4.17.21, react@18.2.0-beta",
        "host 192.168.100.200 or user@host, ask @someone",
        "order 9788990789, ticket no. 9788990789, #9788990789",
        "ISBN 978-3-16-148410-0",
        "2.726562945801132 and 0.378282246310005 at 52.520008, 13.404954 or +52.5200081",
        "timestamps 1700000000 and 1700000000000",
        "inv4155550123 and 4155550123abc and a_4155550123",
        "Blade Runner 2049 (2017)",
        "",
    ],
)
def test_other_numbers_stay(text):
    """Years, dates, prices, sizes, versions, hosts, orders, decimals and names in code."""
    assert mask(text) == text


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("call 4155550123 5550123")
@example("[account] 12345678 (4111111111111111) 415-555-0123")
def test_masking_a_masked_text_changes_nothing(text):
    """A mask must not make its neighbours look like something else."""
    masked = mask(text)

    assert mask(masked) == masked


@given(st.text(st.characters(exclude_categories=("Nd",), exclude_characters="@")))
def test_a_text_without_digits_and_at_signs_is_untouched(text):
    """There is nothing to mask in words."""
    assert mask(text) == text


@given(st.from_regex(r"4[0-9]{14}", fullmatch=True))
def test_of_ten_check_digits_exactly_one_makes_a_card(stem):
    """Luhn's check tells a card from nine other numbers of its form."""
    masked = [mask(f"{stem}{check}") for check in range(10)]

    assert masked.count("[card]") == 1


@given(st.from_regex(r"[0-9]{18}", fullmatch=True))
def test_of_a_hundred_check_digits_one_or_two_make_an_account(rest):
    """ISO 7064's remainder 1 is met by one pair of digits in each 97."""
    masked = [mask(f"DE{check:02d}{rest}") for check in range(100)]

    assert masked.count("[account]") in (1, 2)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "00 ",
        "12-",
        "(1",
        "a@",
        "a@b.",
        "@a.b",
        "DE89 ",
        "415-555-0123 ",
        "+1",
        "phone ",
    ],
)
def test_a_hostile_text_of_any_shape_is_read_once(unit):
    """100,000 characters of one shape; quadratic work would hit the test's time limit."""
    text = unit * (100_000 // len(unit))
    masked = mask(text)

    assert mask(masked) == masked
