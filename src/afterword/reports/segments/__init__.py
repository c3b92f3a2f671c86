"""Segments: whom the agent serves well, and whom it does not."""

from __future__ import annotations

from typing import Final

from afterword.reports.compared import Compared
from afterword.reports.kind import Kind
from afterword.reports.segments.report import NAME, SegmentsReport, run
from afterword.reports.segments.table import tables

KIND: Final = Kind(
    name=NAME,
    title="Who is served well, and who is not",
    type=SegmentsReport,
    run=run,
    tables=tables,
    chart="afterword.reports.segments.chart",
    compares=True,
    compared=Compared,
)
