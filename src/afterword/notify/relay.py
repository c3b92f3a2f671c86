"""Hands one message to Apprise. Run by its path in a process of its own, with JSON on stdin.

What Apprise and the libraries of 170 services log, start or leave hanging ends with the process.
"""

from __future__ import annotations

import json
import os
import sys
from enum import IntEnum


class Ending(IntEnum):
    """How the process ends."""

    TAKEN = 0
    NOT_TAKEN = 1
    UNKNOWN_URL = 3


def main() -> Ending:
    """Read ``url``, ``title``, ``body`` and ``type``, and tell the service."""
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415  # optional: afterword[channels]

    told = json.load(sys.stdin)
    asset = AppriseAsset(app_id="Afterword", app_desc="Afterword", app_url="")
    service = Apprise.instantiate(told["url"], asset=asset)
    if service is None:
        return Ending.UNKNOWN_URL
    is_taken = Apprise([service], asset=asset).notify(
        title=told["title"], body=told["body"], notify_type=told["type"], body_format="text"
    )
    return Ending.TAKEN if is_taken else Ending.NOT_TAKEN


if __name__ == "__main__":
    # Not sys.exit: threads that a service left would hold the process, and what was taken is told.
    os._exit(main())
