"""The bodies of reports in the description of the API: one schema a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.reports.report import Report


def report_types() -> dict[str, type[Report]]:
    """Give the type of every report's body, by the report's name."""
    from afterword.reports.kinds import KINDS, kind_named  # noqa: PLC0415  # some bring numpy along

    return {name: kind_named(name).type for name in KINDS}


def one_of_reports(
    reports: Mapping[str, Mapping[str, str]], components: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """Describe a body that is one of the reports, told apart by its field ``report``.

    Args:
        reports: By name, the reference to each one's schema.
        components: The schemas; each report's gets its own name as the only value of the field.
    """
    mapping = {name: told["$ref"] for name, told in reports.items()}
    for name, reference in mapping.items():
        component = components[reference.rsplit("/", 1)[1]]
        component["properties"]["report"] = {"type": "string", "const": name}
    return {
        "oneOf": list(reports.values()),
        "discriminator": {"propertyName": "report", "mapping": mapping},
    }
