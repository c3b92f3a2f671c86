"""Releases: what a change of model or prompt did to ratings."""

from __future__ import annotations

from typing import Final

from afterword.reports.kind import Kind
from afterword.reports.releases.report import NAME, ReleasesReport, run
from afterword.reports.releases.table import tables

KIND: Final = Kind(
    name=NAME,
    title="What each release did to ratings",
    type=ReleasesReport,
    run=run,
    tables=tables,
    chart="afterword.reports.releases.chart",
    compares=True,
    splits_twice=True,
)
