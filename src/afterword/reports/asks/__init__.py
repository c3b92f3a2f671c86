"""Asks: the product's own measure of how it asks."""

from __future__ import annotations

from typing import Final

from afterword.reports.asks.report import NAME, AsksReport, run
from afterword.reports.asks.rows import ComparedAsks
from afterword.reports.asks.table import tables
from afterword.reports.kind import Kind

KIND: Final = Kind(
    name=NAME,
    title="How people are asked",
    type=AsksReport,
    run=run,
    tables=tables,
    chart="afterword.reports.asks.chart",
    compares=True,
    compared=ComparedAsks,
)
