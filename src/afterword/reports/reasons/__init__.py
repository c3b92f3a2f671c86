"""Reasons: what people say after their ratings."""

from __future__ import annotations

from typing import Final

from afterword.reports.kind import Kind
from afterword.reports.reasons.report import NAME, ReasonsReport, run
from afterword.reports.reasons.table import tables

KIND: Final = Kind(
    name=NAME,
    title="What people say",
    type=ReasonsReport,
    run=run,
    tables=tables,
    chart="afterword.reports.reasons.chart",
    compares=True,
)
