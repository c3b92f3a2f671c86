"""Files of use cases: read when they change; one that is wrong changes nothing."""

from __future__ import annotations

import pytest

from afterword.errors import SetupError
from afterword.server.use_cases import UseCaseBook, read_use_cases


@pytest.fixture
def told(tmp_path):
    """Give a way to write files as editors do, and the book that reads them."""

    def tell(text, name="use_cases.toml"):
        (tmp_path / "beside").write_text(text)
        (tmp_path / "beside").replace(tmp_path / name)

    faults = []
    return tell, UseCaseBook(tmp_path / "use_cases.toml", faults.append), faults


def what(book, text, project="default"):
    """Give what a book takes a message to be about."""
    found = book.of(project) and book.of(project).infer(text, 0, "e", None)
    return found and found.use_case


def test_each_project_has_its_file_and_files_may_change(told, tmp_path):
    """Other projects keep theirs, and what is gone names nothing any more."""
    tell, book, _ = told
    book.refresh()
    assert book.of("default") is None

    tell('[billing]\nphrases = ["charged twice"]\n')
    tell('[travel]\nphrases = ["flight*"]\n', "use_cases.shop.toml")
    book.refresh()
    assert what(book, "charged twice for two flights") == "billing"
    assert what(book, "charged twice for two flights", "shop") == "travel"

    tell('[flying]\nphrases = ["flight*"]\n')
    book.refresh()
    assert what(book, "charged twice for two flights") == "flying"
    (tmp_path / "use_cases.toml").unlink()
    book.refresh()
    assert book.of("default") is None
    assert what(book, "flights", "shop") == "travel"


def test_a_wrong_file_changes_nothing_and_is_counted(told, caplog):
    """The log names the file and all its faults, once."""
    tell, book, faults = told
    tell('[billing]\nphrases = ["charged twice"]\n')
    book.refresh()
    tell("[billing]\nphrases = 7\nexample = []\n")
    book.refresh()
    book.refresh()

    assert what(book, "charged twice") == "billing"
    assert faults[-1] == 1
    (line,) = [record.getMessage() for record in caplog.records]
    assert "use_cases.toml: billing.phrases: must be a list" in line
    assert "billing.example: is none of phrases, examples" in line
    tell('[billing]\nphrases = ["refund"]\n')
    book.refresh()
    assert faults[-1] == 0
    assert what(book, "refund") == "billing"


def test_reading_a_file_names_it(tmp_path):
    """Also where there is none."""
    with pytest.raises(SetupError, match=f"{tmp_path}/none.toml cannot be read"):
        read_use_cases(tmp_path / "none.toml")
