"""The notebooks run as they are shown, on the world that they tell one to make."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "docs" / "notebooks"
BINARIES = Path(sys.executable).parent
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def told(notebook, kind):
    """Give the sources of its cells of one kind."""
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def shown(notebook):
    """Give what stands below its cells as text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output.get("data", {}).get("text/plain", output.output_type) for output in outputs]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_shows_what_comes_of_it(path, tmp_path, monkeypatch):
    """Its world is made as it says, and every output is the one that is kept."""
    monkeypatch.setenv("PATH", f"{BINARIES}:{os.environ['PATH']}")
    notebook = nbformat.read(path, as_version=4)
    kept = shown(notebook)
    for block in _SHELL.findall("\n".join(told(notebook, "markdown"))):
        commands = [line for line in block.splitlines() if line.startswith("afterword ")]
        subprocess.run(" && ".join(commands), shell=True, check=True, cwd=tmp_path)  # noqa: S602  # our own document

    kernel = NotebookClient(notebook, resources={"metadata": {"path": tmp_path}}, timeout=100)
    kernel.execute()

    assert kept
    assert shown(notebook) == kept
