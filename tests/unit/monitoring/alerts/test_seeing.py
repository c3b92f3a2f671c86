"""Monitors as they are kept between one look and the next."""

import msgspec
import numpy as np

from afterword.monitoring.alerts.seeing import read_monitors
from afterword.monitoring.streams.monitor import Monitor, replay
from stream_cast import mixed_days

OLD = """{"n_streams": 1, "version": 1, "last": "2024-02-26", "gathering": {"after": null,
"first": null, "last": null, "weekday": {"n_days": 0, "counts": [0, 0, 0], "squares": [0, 0, 0]},
"weekend": {"n_days": 0, "counts": [0, 0, 0], "squares": [0, 0, 0]}, "weekday_people": null,
"weekend_people": null, "are_people_known": true}, "baseline": {"version": 1,
"first": "2024-01-01", "last": "2024-02-25", "n_days": 56, "weekday": [5200, 2000, 800],
"weekend": [2080, 800, 320], "design_effect": 1.0, "effect_source": "people", "tolerance": 1.0,
"repeats": 1.0, "agreement": 1.0}, "worse": [], "better": [], "episodes": [], "digest": "70"}"""


def test_what_an_older_version_kept_is_counted_anew():
    """It had baselines that did not tell triggers apart."""
    monitor, _ = replay(mixed_days(np.random.default_rng(1), 60), Monitor())
    body = msgspec.json.encode(monitor).decode()

    assert read_monitors({"all": OLD, "channel:web": body}) == {"channel:web": monitor}
