"""The how-to for browsers: what it shows mints tokens that the server takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from page_harness import ORIGIN, Page
from server_harness import make_key, problem, served

PAGE = (Path(__file__).parents[2] / "docs/howto/browser.md").read_text()
PROGRAMS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
NODE = shutil.which("node")


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("mint.py", sys.executable),
        pytest.param(
            "mint.mjs", NODE, marks=pytest.mark.skipif(NODE is None, reason="there is no node")
        ),
    ],
)
def test_a_token_that_is_minted_as_shown_is_taken(tmp_path, name, runs):
    """It speaks for the person that it names, and only with its own secret key."""
    with served(tmp_path / "data") as host:
        host.chat("c-1", user_id="u-7")
        (tmp_path / name).write_text(PROGRAMS[name].replace("aw_sk_kettle", host.key))
        done = subprocess.run(  # noqa: S603  # our own document
            [runs, tmp_path / name],
            env={**os.environ, "AFTERWORD_KEY": host.key},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        _, publishable = make_key(tmp_path / "data", kind="publishable", allow_origins=(ORIGIN,))
        token = done.stdout.strip()
        good = Page(host.http.base_url, publishable, token)
        bad = Page(host.http.base_url, publishable, token[:-2] + "AA")
        rated = good.rate("c-1", rating="positive")
        refused = bad.rate("c-1", rating="positive")
        for one in (good, bad):
            one.http.close()

    assert rated.status_code == 201, rated.text
    problem(refused, 401, "wrong_token")
