"""What an operator is to be woken by, read from the journal when Prometheus asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from afterword.journal.alerts import count_live
from afterword.journal.outbox import count_waiting

if TYPE_CHECKING:
    from afterword.journal import Journal


def standing(journal: Journal, now_us: int) -> bytes:
    """Write it in the text format of Prometheus; every server of a database writes the same.

    Args:
        journal: Holds alerts and the outbox.
        now_us: Server time.

    Raises:
        JournalUnavailable: It cannot be read.
    """
    with journal.read() as connection:
        alerts, channels = count_live(connection), count_waiting(connection)
    registry = CollectorRegistry()
    live = Gauge(
        "afterword_alerts_live",
        "Alerts that are not resolved.",
        ("project", "kind", "direction", "state"),
        registry=registry,
    )
    for labels, n_alerts in alerts.items():
        live.labels(*labels).set(n_alerts)
    waiting = Gauge(
        "afterword_notices_waiting",
        "Notices that their channel has not taken yet.",
        ("channel",),
        registry=registry,
    )
    oldest = Gauge(
        "afterword_notices_oldest_seconds",
        "Time that the oldest of them has waited.",
        ("channel",),
        registry=registry,
    )
    for channel, (n_notices, since_us) in channels.items():
        waiting.labels(channel).set(n_notices)
        oldest.labels(channel).set(max(now_us - since_us, 0) / 1e6)
    return generate_latest(registry)
