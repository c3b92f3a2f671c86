"""Opening files and cutting them into lines."""

import gzip

import pytest

from afterword.domain.events import MAX_BODY_BYTES
from afterword.errors import SetupError
from afterword.importers.files import lines, opened
from import_files import write


def read(path):
    """Give the numbered lines of a file."""
    with opened(path) as stream:
        return list(lines(stream))


@pytest.mark.parametrize("name", ["a.txt", "a.gz"])
def test_lines_are_numbered_and_blank_ones_left_out(tmp_path, name):
    """Numbers are those an editor shows, also behind a byte order mark and Windows line ends."""
    path = write(tmp_path / name, b"\xef\xbb\xbfone\r\n\n  \ntwo")

    assert read(path) == [(1, b"one"), (4, b"two")]


def test_gzip_shows_itself_by_its_content(tmp_path):
    """A gzipped file needs no name that says so."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(gzip.compress(b"one\n"))

    assert read(path) == [(1, b"one")]


def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole(tmp_path):
    """An endless line costs little more than 1 MiB of memory."""
    path = write(tmp_path / "a", b"x" * (3 * MAX_BODY_BYTES) + b"\ntwo\n")
    (first, cut), second = read(path)

    assert (first, len(cut), second) == (1, MAX_BODY_BYTES + 1, (2, b"two"))


def test_a_line_of_just_the_limit_is_whole(tmp_path):
    """The line end does not count."""
    path = write(tmp_path / "a", b"x" * MAX_BODY_BYTES + b"\ntwo\n")

    assert read(path) == [(1, b"x" * MAX_BODY_BYTES), (2, b"two")]


@pytest.mark.parametrize("body", [b"", b"plain"])
def test_gz_that_is_no_gzip_is_refused(tmp_path, body):
    """The name and the content must agree."""
    path = tmp_path / "a.gz"
    path.write_bytes(body)

    with pytest.raises(SetupError, match=r"a\.gz is not gzip"):
        read(path)


def test_a_damaged_file_is_refused(tmp_path):
    """A gzip file that was cut off is named."""
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one\n" * 10_000)[:-20])

    with pytest.raises(SetupError, match=r"a\.gz cannot be read"):
        read(path)


def test_what_is_no_file_is_refused(tmp_path):
    """Absent files and folders are named."""
    with pytest.raises(SetupError, match="absent does not exist"):
        read(tmp_path / "absent")
    with pytest.raises(SetupError, match="cannot be read"):
        read(tmp_path)
