"""What the server counts about itself, for Prometheus; on a registry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.intake import Outcome

# Seconds; an acknowledged event waits for a commit, a report for a query.
_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_Call = tuple[str, str, int]  # method, route, status
_RESULTS: Final = ("delivered", "failed", "dead")
_METHODS: Final = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))


class Metrics:
    """Counters of one server: mounted twice in one process, they stay apart."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        events = Counter(
            "afterword_events",
            "Events taken in, by what became of them.",
            ("result",),
            registry=self._registry,
        )
        self._accepted = events.labels("accepted")
        self._duplicates = events.labels("duplicate")
        self._rejected = events.labels("rejected")
        self._ratings = Counter(
            "afterword_ratings",
            "Ratings, by what they did.",
            ("status",),
            registry=self._registry,
        )
        self._notices = Counter(
            "afterword_notices",
            "Attempts to tell a channel of something, by what came of them.",
            ("channel", "result"),
            registry=self._registry,
        )
        self.is_ready = Gauge(
            "afterword_ready", "1 while the server takes requests.", registry=self._registry
        )
        self.policy_faults = Gauge(
            "afterword_policy_files_wrong",
            "Policy files that are wrong: the policy before them stays.",
            registry=self._registry,
        )
        self.use_case_faults = Gauge(
            "afterword_use_case_files_wrong",
            "Files of use cases that are wrong: what was named before stays.",
            registry=self._registry,
        )
        self.streams = Gauge(
            "afterword_streams", "Streams of asks that are open.", registry=self._registry
        )
        self.looked = Gauge(
            "afterword_looked_seconds",
            "Unix time at which this server last looked for alerts; 0 where it never led.",
            registry=self._registry,
        )
        self._requests = Counter(
            "afterword_requests",
            "Answered requests.",
            ("method", "call", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "afterword_request_seconds",
            "Time to the end of the answer.",
            ("call",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._calls: dict[_Call, tuple[Counter, Histogram]] = {}

    def count_request(self, method: str, call: str, status: int, seconds: float) -> None:
        """Count one answered request.

        Args:
            method: As it was sent.
            call: The route's template, never the address: ids belong to users.
            status: Of the answer.
            seconds: From the first byte to the last.
        """
        known = method if method in _METHODS else "other"
        requests, durations = self._of_call(known, call, status)
        requests.inc()
        durations.observe(seconds)

    def _of_call(self, *call: *_Call) -> tuple[Counter, Histogram]:
        known = self._calls.get(call)
        if known is None:
            method, name, status = call
            known = self._requests.labels(method, name, str(status)), self._seconds.labels(name)
            self._calls[call] = known
        return known

    def count_outcome(self, outcome: Outcome) -> None:
        """Count the events and ratings of one committed envelope."""
        self._accepted.inc(outcome.accepted)
        self._duplicates.inc(outcome.duplicates)
        self._rejected.inc(len(outcome.rejected))
        for rated in outcome.ratings.values():
            self._ratings.labels(rated.status.value).inc()

    def name_channels(self, channels: Iterable[str]) -> None:
        """Count from nothing for channels: what begins at one is no increase to Prometheus."""
        for channel in channels:
            for result in _RESULTS:
                self._notices.labels(channel, result)

    def count_notice(self, channel: str, result: str) -> None:
        """Count one attempt to tell a channel: ``delivered``, ``failed`` or ``dead``."""
        self._notices.labels(channel, result).inc()

    def text(self) -> bytes:
        """Write everything in the text format of Prometheus."""
        return generate_latest(self._registry)
