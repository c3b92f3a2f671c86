"""Rules and databases for every test: with REQUIRE_ALL=1 nothing may be skipped."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from postgres_harness import need_postgresql, shared_server

# On a busy machine a search may be slow: that is no failure.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

_REQUIRES_ALL = os.environ.get("REQUIRE_ALL") == "1"


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL, the same for all tests of a run."""
    need_postgresql()
    with shared_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """Where a journal lies: None for a file in the test's own folder, then in PostgreSQL."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgresql")
    with server.database() as name:
        yield server.url(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Turn a skipped test into a failed one where everything is required."""
    report = yield
    return _refuse(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    """Turn a skipped module into a failed one where everything is required."""
    report = yield
    return _refuse(report)


def _refuse(report):
    if _REQUIRES_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, but this was skipped: {reason}"
    return report
