"""What texts are told apart by."""

import pytest

from afterword.domain.terms import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("?! 👍", set()),
        ("Charged TWICE", {"charged", "twice", "charged twice"}),
        (
            "didn\u2019t work, again work",
            {"didn't", "work", "again", "didn't work", "work again", "again work"},
        ),
        ("STRASSE Straße", {"strasse", "strasse strasse"}),
        ("返金して", {"返金", "金し", "して"}),
        ("退", {"退"}),
        ("v2で遅い now", {"v2", "で遅", "遅い", "now"}),
        ("ﾀﾞﾒ", {"ダメ"}),
    ],
)
def test_terms_of_a_text(text, expected):
    """Words and neighbours; two letters where there are no spaces, which part neighbours."""
    assert terms(text) == expected
