"""Rules for every test: with REQUIRE_ALL=1 nothing may be skipped."""

from __future__ import annotations

import os

import pytest

_REQUIRES_ALL = os.environ.get("REQUIRE_ALL") == "1"


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
