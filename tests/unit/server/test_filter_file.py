"""``filters.toml``."""

import logging

import pytest

from afterword.errors import SetupError
from afterword.server.file_book import FileBook
from afterword.server.filter_file import read_filters

PAYING = '[filters.paying]\nwhere = ["trait.plan:pro", "channel:web"]\n'
FOUND = {"paying": (("trait.plan", "pro"), ("channel", "web"))}


@pytest.fixture
def path(tmp_path):
    """Where the file lies; there is none yet."""
    return tmp_path / "filters.toml"


def test_filters_are_read_by_name(path):
    """Without a file there are none."""
    assert read_filters(path) == {}

    path.write_text(PAYING)

    assert read_filters(path) == FOUND


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[filters", "cannot be read"),
        ("filters = 3", "filters is no table"),
        (f"colour = 1\n{PAYING}", "colour is not known"),
        ('[filters."a b"]\nwhere = ["channel:web"]', "filters.a b: a name has"),
        ("[filters.a]\nwhere = []", "filters.a: it must hold where"),
        ('[filters.a]\nwhere = "channel:web"', "filters.a: it must hold where"),
        ("[filters.a]\nwhere = [3]", "filters.a: it must hold where"),
        (f'{PAYING}by = "release"', "filters.paying: it must hold where"),
        ('[filters.a]\nwhere = ["is_new:maybe"]', "filters.a: where: is_new is one of"),
        ('[filters.a]\nwhere = ["colour:red"]', "filters.a: where: 'colour' is none of"),
        (
            f'{PAYING}[filters.a]\nwhere = ["filter:paying"]',
            "filters.a: where: there is no filter",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(path, text, words):
    """The sentence says which filter, and what is wrong with it."""
    path.write_text(text)

    with pytest.raises(SetupError, match=words) as caught:
        read_filters(path)

    assert str(path) in caught.value.detail


def test_every_fault_is_told_at_once(path):
    """Nobody corrects a file one error at a time."""
    path.write_text('colour = 1\n[filters.a]\nwhere = []\n[filters.b]\nwhere = ["x"]')

    with pytest.raises(SetupError, match=r"colour.*filters\.a.*filters\.b"):
        read_filters(path)


def test_a_book_follows_its_file(path, caplog):
    """Made, broken, mended, removed: while it is broken the last good one holds."""
    book = FileBook(path, read_filters, {})
    assert book.held() == {}

    path.write_text(PAYING)
    assert book.held() == FOUND

    path.write_text("[filters")
    with caplog.at_level(logging.ERROR):
        assert book.held() == book.held() == FOUND
    assert len(caplog.records) == 1

    path.write_text('[filters.web]\nwhere = ["channel:web"]')
    assert list(book.held()) == ["web"]

    path.unlink()
    assert book.held() == {}
