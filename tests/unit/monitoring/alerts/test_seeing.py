"""Monitors as they are kept between one look and the next."""

import json

import msgspec
import numpy as np

from afterword.monitoring.alerts.seeing import read_monitors
from afterword.monitoring.streams.monitor import Monitor, replay
from stream_cast import mixed_days


def test_what_an_older_version_kept_is_counted_anew():
    """It had baselines that did not tell triggers apart."""
    monitor, _ = replay(mixed_days(np.random.default_rng(1), 60), Monitor())
    body = msgspec.json.encode(monitor).decode()
    old = json.loads(body)
    for kind in ("weekday", "weekend"):
        assert old["baseline"].pop(f"{kind}_strata")

    assert read_monitors({"all": json.dumps(old), "channel:web": body}) == {"channel:web": monitor}
