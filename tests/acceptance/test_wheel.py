"""The built wheel, installed into environments that have never seen the sources."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    _run(sys.executable, *build, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def light(wheel, tmp_path_factory):
    """The Python of an environment with ``pip install afterword`` and nothing else."""
    folder = tmp_path_factory.mktemp("light")
    _run(sys.executable, "-m", "venv", folder, cwd=folder)
    python = folder / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return python


def _run(*command, cwd, expect=0):
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(  # noqa: S603  # our own commands
        list(map(str, command)), cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == expect, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def test_the_wheel_holds_the_package_and_nothing_of_its_making(wheel):
    """Types, texts and migrations are in it; tests are not."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}

    assert tops == {"afterword", next(top for top in tops if top.endswith(".dist-info"))}
    assert "afterword/py.typed" in names
    assert "afterword/journal/migrations/env.py" in names
    assert "afterword/journal/migrations/script.py.mako" in names
    pages = ROOT / "src" / "afterword" / "server"
    shown = [*pages.glob("pages/**/*.html"), *pages.glob("static/*")]
    assert {f"afterword/{path.relative_to(ROOT / 'src' / 'afterword')}" for path in shown} <= {
        *names
    }
    widget = zipfile.ZipFile(wheel).read("afterword/server/static/widget.v1.js")
    assert widget == (ROOT / "web" / "widget" / "widget.v1.js").read_bytes()


def test_the_source_archive_builds_the_same_wheel(wheel, tmp_path):
    """What the server shows is in it too, though the widget's home is elsewhere."""
    build = ("-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT)
    _run(sys.executable, *build, cwd=tmp_path)
    (again,) = tmp_path.glob("*.whl")

    assert zipfile.ZipFile(again).namelist() == zipfile.ZipFile(wheel).namelist()


def test_the_light_install_brings_the_sdk_alone(light, tmp_path):
    """The SDK works, no server library is there, and httpx is not loaded by importing."""
    program = (
        "import sys, afterword, importlib.util as u\n"
        "assert 'site-packages' in afterword.__file__, afterword.__file__\n"
        "assert not any(u.find_spec(n) for n in ('numpy', 'litestar', 'sqlalchemy', 'duckdb'))\n"
        "assert 'httpx' not in sys.modules\n"
        "print(afterword.Client.__name__)\n"
    )

    assert _run(light, "-W", "error", "-c", program, cwd=tmp_path).stdout == "Client\n"


@pytest.mark.parametrize("command", ["serve", "doctor", "keys list", "report trend"])
def test_a_server_command_says_what_to_install(light, tmp_path, command):
    """In the light install it is wrong use, with the line to type."""
    afterword = light.with_name("afterword")
    done = _run(afterword, *command.split(), cwd=tmp_path, expect=2)

    assert "pip install 'afterword[server]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_wheel_serves_without_the_sources(wheel, tmp_path):
    """A journal is made, migrated and read by the installed package."""
    site = tmp_path / "site"
    install = ("-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel)
    _run(sys.executable, *install, cwd=tmp_path)
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "import afterword; assert afterword.__file__.startswith(sys.path[0]), afterword.__file__\n"
        "from afterword.cli import main; sys.exit(main())\n"
    )
    begin = (sys.executable, "-c", program, site)
    _run(*begin, "keys", "create", "--data", "data", cwd=tmp_path)
    done = _run(*begin, "doctor", "--data", "data", cwd=tmp_path)

    assert "Everything is in order." in done.stdout
