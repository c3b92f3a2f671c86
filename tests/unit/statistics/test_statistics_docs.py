"""The page about numbers names every module, and every worked example is a test."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "explanation" / "statistics.md").read_text()
GUIDE = (ROOT / "docs" / "howto" / "add-a-report.md").read_text()
MODULES = {path.stem for path in (ROOT / "src" / "afterword" / "statistics").glob("[!_]*.py")}
EXAMPLES = re.findall(r"^\| .+ \| `(\w+)` \| `(test_\w+)` \|$", PAGE, re.MULTILINE)


def functions_of(path):
    """Give the names that a module defines at its top."""
    return {one.name for one in ast.parse(path.read_text()).body if hasattr(one, "name")}


def test_every_module_has_its_heading():
    """What a number means is said where it is made."""
    headings = re.findall(r"^### .*$", PAGE, re.MULTILINE)

    assert {name for line in headings for name in re.findall(r"`(\w+)`", line)} == MODULES


def test_every_worked_example_is_a_test():
    """Of the module that it is an example of."""
    assert len(EXAMPLES) == 44
    for module, test in EXAMPLES:
        assert test in functions_of(Path(__file__).parent / f"test_{module}.py"), test


def test_the_guide_calls_what_there_is():
    """Each call of the table is a function or class of statistics, or of what it counts."""
    table = GUIDE.split("## Which statistic answers what")[1]
    called = set(re.findall(r"(?<![.\w])(\w+)\(", table)) | set(
        re.findall(r"\b(\w+)\.of\(", table)
    )
    places = [ROOT / "src" / "afterword" / "statistics" / f"{name}.py" for name in MODULES]
    places.append(ROOT / "src" / "afterword" / "domain" / "terms.py")

    assert len(called) > 25
    assert called <= set().union(*map(functions_of, places))
