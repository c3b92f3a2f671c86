"""What is promised is held by tests that are there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "guarantees.md"
ROOT = PAGE.parents[2]
_ROW = re.compile(r"^\| (?!promise \||---)(.+) \| (.*) \|$", re.MULTILINE)
_TEST = re.compile(r"\[`(\w+)`\]\(([^)]+)\)")


def promises():
    """Give each promise with the tests that are named beside it."""
    for promise, held_by in _ROW.findall(PAGE.read_text()):
        yield promise, [f"{_file(path)}::{name}" for name, path in _TEST.findall(held_by)]


def _file(link):
    return (PAGE.parent / link).resolve().relative_to(ROOT)


def test_every_promise_names_a_test():
    """One without would be a hope."""
    found = dict(promises())

    assert len(found) >= 20
    assert [promise for promise, tests in found.items() if not tests] == []


def test_every_test_named_is_there():
    """Collected by its name, as it would be run."""
    named = sorted({one for _, tests in promises() for one in tests})
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *named],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    collected = {line.split("[")[0] for line in done.stdout.splitlines() if "::" in line}
    assert sorted(collected) == named
