"""Flows: experiences in the chat, and how the sessions that met them were rated."""

from __future__ import annotations

from typing import Final

from afterword.reports.compared import Compared
from afterword.reports.flows.report import NAME, FlowsReport, run
from afterword.reports.flows.table import tables
from afterword.reports.kind import Kind

KIND: Final = Kind(
    name=NAME,
    title="How sessions with a flow were rated",
    type=FlowsReport,
    run=run,
    tables=tables,
    chart="afterword.reports.flows.chart",
    compares=True,
    compared=Compared,
)
