"""The documents say what is there, and what they tell one to type works as told."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar

from afterword import errors
from afterword.cli import COMMANDS
from afterword.cli.parsing import parser_of
from afterword.domain import events
from afterword.domain.asks import Why
from afterword.domain.bounds import BOUNDS
from afterword.domain.policy import Policy
from afterword.domain.texts import NAMES
from afterword.history.filters import DIMENSIONS
from afterword.history.kinds import ASK_FIELDS
from afterword.history.schema import COLUMNS
from afterword.reports import KINDS
from afterword.reports.trend import TrendReport, TrendRow
from afterword.server.api import route_handlers
from afterword.server.problems import status_of
from afterword.server.settings import VARIABLES, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BINARIES = Path(sys.executable).parent


def _page(name):
    return (DOCS / "reference" / f"{name}.md").read_text()


def _names(page):
    """Give every word that the page sets in code, pieces of compounds too."""
    return {
        word for code in re.findall(r"`([^`\n]+)`", page) for word in re.split(r"[ ,{}]", code)
    }


def _missing(names, page):
    return sorted(set(names) - _names(_page(page)))


def _tree(kind):
    return [kind, *(one for child in kind.__subclasses__() for one in _tree(child))]


def test_every_event_and_its_fields_are_described():
    """Types, fields and values of enumerations."""
    kinds = [kind for kind in _tree(events.Event) if kind.__struct_config__.tag]
    kinds.remove(events.Unrated)
    enums = (events.Role, events.FlowKind, events.FlowStep, events.AskStep, events.Source)

    assert _missing((kind.__struct_config__.tag for kind in kinds), "events") == []
    assert _missing((name for kind in kinds for name in kind.__struct_fields__), "events") == []
    assert _missing((value for enum in enums for value in enum), "events") == []


def test_every_column_of_the_history_says_since_when():
    """What stands there is a promise: columns are only added."""
    rows = re.findall(r"^\| (`.+?) \| .+? \| (\d\.\d) \|", _page("history"), re.MULTILINE)
    told = {name: since for names, since in rows for name in re.findall(r"`(\w+)`", names)}

    assert told == {one.name: str(one.since) for one in COLUMNS}
    assert [name for name in ASK_FIELDS if f"`{name}`" not in _page("history")] == []


def test_every_error_stands_with_its_status():
    """Codes are the contract."""
    page = _page("errors")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", page, re.MULTILINE))
    told = {kind.code: str(int(status_of(kind))) for kind in _tree(errors.AfterwordError)[1:]}

    assert {**rows, **told} == rows


def test_every_call_is_described():
    """Method and path, as the router knows them."""
    spoken = {"/v1/events": {"POST"}, "/v1/asks": {"GET"}}  # they speak ASGI themselves
    routes = [
        (method, re.sub(r":\w+", "", route.path))
        for route in Litestar(route_handlers(), openapi_config=None, logging_config=None).routes
        for method in (route.methods or spoken[route.path]) - {"OPTIONS", "HEAD"}
    ]
    page = _page("http")

    assert len(routes) >= 13
    assert [route for route in routes if f"`{' '.join(route)}`" not in page] == []


def test_every_command_and_option_is_described():
    """The page names what --help names."""
    page = _page("command-line")
    missing = []
    for name, (module, does) in COMMANDS.items():
        command = __import__(f"afterword.cli.{module}", fromlist=["run"])
        parser = parser_of(name, does, command.EXAMPLE)
        command.add_arguments(parser)
        options = re.findall(r"--[a-z-]+", parser.format_help())
        missing += [option for option in options if f"`{option}" not in page]
        missing += [] if f"`afterword {name}" in page else [name]

    assert sorted({*missing} - {"--help"}) == []


def test_every_setting_and_its_variable_is_described():
    """Settings of a server."""
    assert set(VARIABLES) == set(Settings.__struct_fields__)
    assert _missing([*VARIABLES, *VARIABLES.values()], "settings") == []


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("policy", Policy.__struct_fields__),
        ("policy", [why.value for why in Why]),
        ("reports", [*KINDS, *DIMENSIONS, *TrendRow.__struct_fields__]),
        ("reports", [info.encode_name for info in msgspec.structs.fields(TrendReport)]),
        ("history", [one.name for one in COLUMNS]),
    ],
    ids=["policy", "reasons", "reports", "report", "history"],
)
def test_every_name_is_described(page, names):
    """Nothing that a reader may meet is left out."""
    assert _missing(set(names) - {"report"}, page) == []


def test_policy_defaults_are_the_ones_told():
    """A number in the table is the number in the code."""
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", _page("policy"), re.MULTILINE))
    policy = Policy()
    told = {name: float(value) for name, value in rows.items()}

    assert len(told) >= 14
    assert told == {name: float(getattr(policy, name)) for name in told}


def test_policy_bounds_are_the_ones_told():
    """What a file may say stands in the table as in the code."""
    span = r"([\d.]+)(?: \u2013 ([\d.]+))?\b"
    rows = re.findall(rf"^\| `(\w+)` \| [^|]+ \| {span}", _page("policy"), re.MULTILINE)
    told = {name: (float(low), float(high or low)) for name, low, high in rows}
    others = ("learns", "back_off", "light_hours")
    numbers = {name: bound for name, bound in BOUNDS.items() if name not in others}

    assert {name: told[name] for name in numbers} == {
        name: (bound.low, bound.high) for name, bound in numbers.items()
    }


def test_every_own_text_is_described():
    """By the name that a policy file gives it."""
    assert _missing(NAMES, "policy") == []


def test_links_lead_somewhere():
    """Every relative link of every document names a file."""
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (ROOT / "README.md", *DOCS.rglob("*.md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert broken == []


_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_what_a_document_tells_one_to_type_works(page, tmp_path):
    """Its blocks run in order, word for word but for the port; what it shows is what comes."""
    port = _free_port()
    text = (ROOT / page).read_text().replace("8484", port)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")},
        "PATH": f"{BINARIES}:{os.environ['PATH']}",
        "AFTERWORD_PORT": port,
        "AFTERWORD_URL": f"http://127.0.0.1:{port}",
    }
    with subprocess.Popen(
        ["bash"],  # noqa: S607  # the reader's shell
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as shell:
        try:
            _follow(_BLOCK.findall(text), shell, tmp_path)
        finally:
            shell.stdin.write("kill %1 2>/dev/null; wait; exit\n")
            shell.stdin.flush()


_PROGRAMS = [
    (page, name, body)
    for page in sorted(DOCS.rglob("*.md"))
    if page.name != "tutorial.md"
    for language, name, body in _BLOCK.findall(page.read_text())
    if language == "python" and name
]


@pytest.mark.parametrize(
    ("page", "name", "body"), _PROGRAMS, ids=[f"{page.stem}-{name}" for page, name, _ in _PROGRAMS]
)
def test_a_program_in_the_reference_runs(page, name, body, tmp_path):
    """Every Python block that has a file's name runs by itself, without a warning."""
    (tmp_path / name).write_text(body)
    done = subprocess.run(  # noqa: S603  # our own document
        [sys.executable, "-W", "error", name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, f"{page}\n{done.stderr}"


def _follow(blocks, shell, folder):
    said = ""
    for language, name, body in blocks:
        if language == "python":
            (folder / (name or "block.py")).write_text(body)
        elif language == "sh" and name == "serve":
            said = _start(shell, body)
        elif language == "sh" and name != "install" and not body.startswith("make "):
            said = _type(shell, body)
        elif language == "text":
            assert re.search(_pattern(body), said, re.DOTALL), f"shown:\n{body}\nsaid:\n{said}"


def _type(shell, body):
    shell.stdin.write(f"{body}\nprintf '\\n<done %s>\\n' $?\n")
    shell.stdin.flush()
    said = []
    for line in shell.stdout:
        if line.startswith("<done"):
            assert line == "<done 0>\n", f"{body}\n{''.join(said)}"
            return "".join(said)
        said.append(line)
    raise AssertionError(f"the shell ended in:\n{body}")


def _start(shell, body):
    shell.stdin.write(f"{body.strip()} &\n")
    shell.stdin.flush()
    for line in shell.stdout:
        if "serves http" in line:
            return line
    raise AssertionError("the server did not start")


def _pattern(shown):
    return "".join(".*?" if part == "…" else re.escape(part) for part in re.split("(…)", shown))


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])
