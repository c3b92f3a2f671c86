"""``experiments.toml``."""

import pytest

from afterword.errors import SetupError
from afterword.server.experiment_file import read_plans


@pytest.fixture
def path(tmp_path):
    """Where the file lies; there is none yet."""
    return tmp_path / "experiments.toml"


def test_parts_become_shares(path):
    """Whatever they add up to; without a file nothing is planned."""
    assert read_plans(path) == {}

    path.write_text("[experiments.onboarding]\nholdout = 10\nshort = 45\nlong = 45.0\n")

    assert read_plans(path) == {"onboarding": {"holdout": 0.1, "short": 0.45, "long": 0.45}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[experiments", "cannot be read"),
        ("experiments = 3", "experiments is no table"),
        ("colour = 1", "colour is not known"),
        ("[experiments.a]\nshown = 1", r"experiments\.a: it must name two arms"),
        ("[experiments]\na = 1", r"experiments\.a: it must name two arms"),
        ("[experiments.a]\nx = 1\ny = 0", "the part of y must be a number above 0"),
        ("[experiments.a]\nx = 1\ny = true", "the part of y"),
        ("[experiments.a]\nx = 1\ny = inf", "the part of y"),
        ('[experiments.a]\nx = "half"\ny = 1', "the part of x"),
        ("colour = 1\n[experiments.a]\nx = 1", r"colour.*experiments\.a"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(path, text, words):
    """The sentence says which experiment, and what is wrong with it."""
    path.write_text(text)

    with pytest.raises(SetupError, match=words) as caught:
        read_plans(path)

    assert str(path) in caught.value.detail
