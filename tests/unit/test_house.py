"""The size of modules and functions: small pieces stay readable."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "afterword"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def _lines(path):
    return len(path.read_text().splitlines())


def _functions():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(SOURCE)}:{node.name}", node


def _length(node):
    docstring = node.body[0].end_lineno - node.body[0].lineno + 1 if ast.get_docstring(node) else 0
    return node.end_lineno - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_module_is_longer_than_500_lines(path):
    """A module is one idea."""
    assert _lines(path) <= 500


def test_modules_are_short():
    """Half of the modules that hold anything have fewer than 100 lines."""
    assert median(lines for path in MODULES if (lines := _lines(path)) > 3) < 100


def test_functions_are_short():
    """Half of the functions have at most 8 lines, nine in ten at most 25, none over 60."""
    lengths = {name: _length(node) for name, node in _functions()}

    assert median(lengths.values()) <= 8
    assert quantiles(lengths.values(), n=10)[-1] <= 25
    assert [name for name, length in lengths.items() if length > 60] == []
