"""Responses: why a session's rating is not the average of the votes on its responses."""

from __future__ import annotations

from typing import Final

from afterword.reports.kind import Kind
from afterword.reports.responses.report import NAME, ResponsesReport, run
from afterword.reports.responses.rows import ComparedResponses
from afterword.reports.responses.table import tables

KIND: Final = Kind(
    name=NAME,
    title="Ratings of sessions beside votes on their responses",
    type=ResponsesReport,
    run=run,
    tables=tables,
    chart="afterword.reports.responses.chart",
    compares=True,
    compared=ComparedResponses,
)
