"""Other people's ratings on three levels."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.events import Rating
from afterword.errors import InvalidField
from afterword.importers.scale import Scale, read_rating

MIRRORED = {
    Rating.POSITIVE: Rating.NEGATIVE,
    Rating.NEUTRAL: Rating.NEUTRAL,
    Rating.NEGATIVE: Rating.POSITIVE,
}


@pytest.mark.parametrize(
    ("scale", "negative", "neutral", "positive"),
    [
        ("1-5", "1 2", "3", "4 5"),
        ("0-10", "0 1 2 3", "4 5 6", "7 8 9 10"),
        ("1-7", "1 2", "3 4 5", "6 7"),
        ("1-3", "1", "2", "3"),
        ("1-4", "1", "2 3", "4"),
        ("0-1", "0 0.33", "0.34 0.5 0.66", "0.67 1"),
        ("1-2", "1", "", "2"),
        ("-1-1", "-1", "0", "1"),
        ("0-100", "0 33", "34 66", "67 100"),
        ("0.5-5", "0.5 1.5", "2 3.5", "4 5"),
    ],
)
def test_the_thirds_of_a_scale_are_the_levels(scale, negative, neutral, positive):
    """The lowest third is negative, the highest positive, what lies between them neutral."""
    found = {
        level: [read_rating(value, Scale.parse(scale)) for value in values.split()]
        for level, values in zip(Rating, (positive, neutral, negative), strict=True)
    }

    assert all(set(levels) <= {level} for level, levels in found.items())


@given(st.integers(-50, 50), st.integers(1, 100), st.integers(0, 1000))
def test_both_ends_are_treated_alike(low, width, thousandths):
    """A value as far above the lowest as another below the highest has the opposite level."""
    scale = Scale(Decimal(low), Decimal(low + width))
    step = Decimal(width) * thousandths / 1000

    assert scale.level(scale.low + step) is MIRRORED[scale.level(scale.high - step)]


@given(st.integers(-50, 50), st.integers(1, 100), st.integers(0, 1000))
def test_the_lines_are_exact(low, width, thousandths):
    """Levels agree with fractions: strictly below a third, strictly above two thirds."""
    place = Fraction(thousandths, 1000)
    expected = Rating.NEUTRAL
    if place < Fraction(1, 3):
        expected = Rating.NEGATIVE
    if place > Fraction(2, 3):
        expected = Rating.POSITIVE
    value = low + Decimal(width) * thousandths / 1000

    assert Scale(Decimal(low), Decimal(low + width)).level(value) is expected


@pytest.mark.parametrize(
    "text", ["", "5", "1-", "five", "5-1", "1-1", "1-5-9", "1e3-2e3", "nan-5", "0-" + "9" * 30]
)
def test_what_is_no_scale_is_refused(text):
    """LO-HI are two numbers, the lower first."""
    with pytest.raises(InvalidField) as caught:
        Scale.parse(text)

    assert caught.value.field == "scale"


@pytest.mark.parametrize(
    ("words", "level"),
    [
        (("positive", "Helpful", "GOOD", "up", "thumbs up", "thumbs_up", "👍"), Rating.POSITIVE),
        (("neutral", "okay", " OK "), Rating.NEUTRAL),
        (("negative", "not what I  needed", "bad", "down", "Thumbs_Down", "👎"), Rating.NEGATIVE),
    ],
)
def test_words_need_no_scale(words, level):
    """Level names, the widget's words and thumbs are understood in any case."""
    assert {read_rating(word, None) for word in words} == {level}
    assert {read_rating(word, Scale.parse("1-5")) for word in words} == {level}


@pytest.mark.parametrize(
    ("text", "scale", "says"),
    [
        ("6", "1-5", "'6' lies outside the scale 1-5"),
        ("0.99", "1-5", "outside the scale"),
        ("4", None, "--scale"),
        ("meh", None, "neither a number nor one of positive"),
        ("nan", "1-5", "neither a number"),
        ("inf", "1-5", "neither a number"),
        ("4/5", "1-5", "neither a number"),
    ],
)
def test_what_is_no_rating_is_refused(text, scale, says):
    """The error says what was found and what would do."""
    with pytest.raises(InvalidField) as caught:
        read_rating(text, None if scale is None else Scale.parse(scale))

    assert caught.value.field == "rating"
    assert says in caught.value.detail
