"""Rhythm: how sessions go by the hour of the week, where their users are."""

from __future__ import annotations

from typing import Final

from afterword.reports.kind import Kind
from afterword.reports.rhythm.report import NAME, RhythmReport, run
from afterword.reports.rhythm.table import tables

KIND: Final = Kind(
    name=NAME,
    title="Sessions by the hour of the week",
    type=RhythmReport,
    run=run,
    tables=tables,
    chart="afterword.reports.rhythm.chart",
)
