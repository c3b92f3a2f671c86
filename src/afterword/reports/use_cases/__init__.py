"""Use cases: what the agent is good at, and what not."""

from __future__ import annotations

from typing import Final

from afterword.reports.kind import Kind
from afterword.reports.use_cases.report import NAME, UseCasesReport, run
from afterword.reports.use_cases.table import tables

KIND: Final = Kind(
    name=NAME,
    title="What the agent is good at",
    type=UseCasesReport,
    run=run,
    tables=tables,
    chart="afterword.reports.use_cases.chart",
    compares=True,
)
