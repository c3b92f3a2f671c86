"""Times at the edge: RFC 3339 in, RFC 3339 out; whole microseconds since 1970 UTC inside."""

from __future__ import annotations

from afterword.domain.times import read_time, write_time

__all__ = ["read_time", "write_time"]
