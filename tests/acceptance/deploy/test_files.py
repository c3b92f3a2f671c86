"""The files in ``deploy/`` by their linters, and by doing what they say in a folder of a test."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from afterword.cli.serve import _tell_systemd
from afterword.server.settings import VARIABLES

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
BINARIES = Path(sys.executable).parent
DOCUMENT = (ROOT / "docs" / "howto" / "deploy.md").read_text()
UNIT = (DEPLOY / "afterword.service").read_text()
_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"(?<![\w/.])/(opt|src|data|var/lib)\b")
_OF_BUILDS = re.compile(r" --no-cache(-dir)?\b")  # a test may use what was fetched before


def run(*command, **more):
    """Run a command; give what it said, once it has ended well."""
    done = subprocess.run(  # noqa: S603  # our own commands
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def instructions():
    """Give what the Dockerfile says, one instruction after the other."""
    text = re.sub(r"\\\n", "", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def told(name):
    """Give what the last instruction of a name says."""
    return [what for instruction, what in instructions() if instruction == name][-1]


class Image:
    """A folder in the place of an image's root."""

    def __init__(self, root):
        """Make nothing yet."""
        self.root, self._folder = root, root

    def here(self, text):
        """Put the folder before the places that the files name."""
        return _PLACE.sub(rf"{self.root}/\1", text)

    def build(self):
        """Do what the first stage says."""
        do = {"RUN": self._run, "WORKDIR": self._enter, "COPY": self._copy}
        first, *rest = instructions()
        assert first[0] == "FROM"
        for name, what in rest[: [name for name, _ in rest].index("FROM")]:
            do[name](what)

    def environment(self, **more):
        """Give the variables that the last stage sets."""
        pairs = re.findall(r"(\w+)=(\S+)", told("ENV"))
        path = {"PATH": os.environ["PATH"]}
        return path | {name: self._expanded(value) for name, value in pairs} | more

    def _run(self, what):
        path = f"{BINARIES}:{os.environ['PATH']}"
        command = _OF_BUILDS.sub("", self.here(what))
        run("bash", "-ec", command, cwd=self._folder, env={**os.environ, "PATH": path})

    def _enter(self, what):
        self._folder = Path(self.here(what))
        self._folder.mkdir(parents=True)

    def _copy(self, what):
        *names, to = what.split()
        kept = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
        for name in names:
            assert f"!{name}" in kept
            found, place = ROOT / name, self._folder / to
            if found.is_dir():
                shutil.copytree(
                    found, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(found, place)

    def _expanded(self, value):
        return self.here(value).replace("$PATH", os.environ["PATH"])


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The image, built as far as it can be without an engine."""
    root = tmp_path_factory.mktemp("image")
    image = Image(root)
    image.build()
    yield image
    shutil.rmtree(root)  # it is large


@contextmanager
def started(command, environment):
    """Run a server; give the process and what it printed."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        try:
            yield process, [process.stdout.readline() for _ in range(2)]
        finally:
            process.kill()


def free_port():
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def test_the_image_serves_as_told(image):
    """Its command runs with its variables, its check of health sees it, and it stops gently."""
    port = free_port()
    environment = image.environment(AFTERWORD_PORT=port)
    check = json.loads(told("HEALTHCHECK").partition("CMD ")[2])
    command = [*json.loads(told("ENTRYPOINT")), *json.loads(told("CMD"))]
    is_healthy = [one.replace(told("EXPOSE"), port) for one in check]
    program = shutil.which(command[0], path=environment["PATH"])
    with started([program, *command[1:]], environment) as (process, lines):
        assert lines[0].startswith(f"Afterword serves http://0.0.0.0:{port} from {image.root}")
        run(*is_healthy, env=environment)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    with pytest.raises(AssertionError, match="refused"):
        run(*is_healthy, env=environment)

    assert is_healthy != check
    python = Path(program).with_name("python")
    assert python.is_relative_to(image.root)
    found = run(python, "-c", "import afterword, psycopg; print(afterword.__file__)")
    assert Path(found).is_relative_to(image.root)


def test_the_image_is_nobodys_root():
    """It runs as the user that owns its volume, and holds nothing that is not named."""
    user, group = told("USER").split(":")
    made = [what for name, what in instructions() if name == "RUN"][-1]

    assert user == group != "0"
    assert f"--uid {user} " in made
    assert f"--owner={user} --group={group} {told('VOLUME')}" in made
    assert f"AFTERWORD_DATA={told('VOLUME')} " in f"{told('ENV')} "
    assert (DEPLOY / "Dockerfile.dockerignore").read_text().startswith("*\n")


def test_the_image_is_built_from_what_is_locked():
    """Versions of everything are those that the tests ran with; both stages have one base."""
    lock = (ROOT / "requirements.lock").read_text()
    uv = re.search(r"uv==[\d.]+", (DEPLOY / "Dockerfile").read_text())[0]
    bases = {what.partition(" ")[0] for name, what in instructions() if name == "FROM"}

    assert f"\n{uv} " in lock
    assert "--constraint requirements.lock" in (DEPLOY / "Dockerfile").read_text()
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())


def test_the_linter_of_dockerfiles_has_nothing_to_say():
    """Not a hint either."""
    assert run(BINARIES / "hadolint", DEPLOY / "Dockerfile") == ""


def test_the_compose_file_says_what_is_known():
    """Its form is the standard's, and what servers are told are their settings."""
    schema = ("--builtin-schema", "vendor.compose-spec")
    run(BINARIES / "check-jsonschema", *schema, DEPLOY / "compose.yaml")
    file = YAML(typ="safe").load(DEPLOY / "compose.yaml")
    one, several = file["services"]["afterword"], file["services"]["server"]
    ports = re.fullmatch(r"127\.0\.0\.1:(\d+)-(\d+):8484", several["ports"][0])
    build = DEPLOY / one["build"]["context"]

    assert {*one["environment"], *several["environment"]} <= {*VARIABLES.values()}
    assert "AFTERWORD_DATABASE_URL" in {*several["environment"]} - {*one["environment"]}
    assert one["volumes"] == several["volumes"] == [f"data:{told('VOLUME')}"]
    assert one["ports"] == [f"127.0.0.1:{told('EXPOSE')}:{told('EXPOSE')}"]
    assert int(ports[2]) - int(ports[1]) + 1 == several["deploy"]["replicas"] == 3
    assert (build / one["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    assert {name: service["profiles"] for name, service in file["services"].items()} == {
        "afterword": ["sqlite"],
        "server": ["postgres"],
        "postgres": ["postgres"],
    }


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_the_service_right_and_closed(tmp_path):
    """Nothing to complain of, and an exposure of at most 2 of 10."""
    unit = tmp_path / "afterword.service"
    unit.write_text(UNIT.replace("/opt/afterword/bin/afterword", sys.executable))

    assert run("systemd-analyze", "verify", unit) == ""
    run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)


def test_the_service_runs_as_told_and_can_be_looked_after(image, tmp_path):
    """It says when it is ready; what the document tells one to type beside it works."""
    unit = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))
    data = dict([unit["Environment"].split("=", 1)])
    port, lines = free_port(), dict(re.findall(r"^(\w+)=(.*)$", DOCUMENT, re.MULTILINE))
    environment = {
        **{name: image.here(value) for name, value in (data | lines).items()},
        "AFTERWORD_PASSWORD": "open sesame",
        "AFTERWORD_PORT": port,
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "PATH": os.environ["PATH"],
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(environment["NOTIFY_SOCKET"])
        systemd.settimeout(60)
        command = shlex.split(image.here(unit["ExecStart"]))
        with started(command, environment) as (process, printed):
            assert systemd.recv(100) == b"READY=1"
            ready = httpx.get(f"http://127.0.0.1:{port}/readyz")
            said = [
                _typed(body, image, port)
                for name, body in _BLOCK.findall(DOCUMENT)
                if name == "check"
            ]
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=60)

    assert unit["Type"] == "notify"
    assert f"/var/lib/{unit['StateDirectory']}" == data["AFTERWORD_DATA"]
    assert (ready.status_code, code) == (200, 0)
    assert printed[1] == "Pages: https://afterword.example.com/overview\n"
    assert said[0].startswith("aw_sk_")
    assert '{"status":"ok"}{"status":"ready"}# HELP' in said[1]
    copy = Path(image.here("/var/lib/afterword/copy.db"))
    assert copy.read_bytes().startswith(b"SQLite format 3")


def _typed(body, image, port):
    # Without becoming another user, and quiet where it would show progress.
    text = image.here(body.replace("runuser -u afterword -- ", "")).replace("8484", port)
    return run("bash", "-ec", text.replace("curl ", "curl --silent --show-error "))


def test_an_abstract_name_of_systemds_is_understood(monkeypatch):
    """As sd_notify(3) has it."""
    name = f"afterword-test-{os.getpid()}"
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}")
        _tell_systemd("READY=1")
        assert systemd.recv(100) == b"READY=1"


def test_the_document_shows_what_the_files_hold():
    """Word for word; and no file is left out."""
    shown = [(name, body) for name, body in _BLOCK.findall(DOCUMENT) if name.startswith("deploy/")]
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    implied = {"Dockerfile", "Dockerfile.dockerignore"}  # by the compose file

    assert len(shown) >= 4
    assert [name for name, body in shown if body not in (ROOT / name).read_text()] == []
    assert {path.name for path in files if path.name not in DOCUMENT} == implied
    places = [re.match(r"# .*?: (/etc/\S*/)", path.read_text()) for path in files]
    assert {place[1] for place in places if place and place[1] not in DOCUMENT} == set()
    assert len([place for place in places if place]) == 4
