"""The rules for Prometheus, run by its own tool: each fires when it should, on what is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from afterword.journal.alerts import Alert, AlertKind, AlertState, save_alert
from afterword.journal.outbox import Notice, Topic, add_notices
from notify_cast import team, write_channels
from server_harness import served

RULES = Path(__file__).parents[3] / "deploy" / "prometheus" / "afterword.rules.yml"
PROMTOOL = shutil.which("promtool")
HOUR_US = 3_600_000_000

pytestmark = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")

LIVE = 'afterword_alerts_live{project="shop",kind="%s",direction="%s",state="%s",instance="%s"}'
# What fires it, and what nearly does; values of every minute, for an hour.
CASES = {
    "AfterwordDown": (
        {'up{job="afterword"}': "0x60"},
        {'up{job="afterword"}': "1x56 0x3", 'up{job="other"}': "0x60"},
    ),
    "AfterwordNotReady": ({"afterword_ready": "0x60"}, {"afterword_ready": "1x57 0x3"}),
    "AfterwordFails": (
        {
            'afterword_requests_total{status="200"}': "0+98x60",
            'afterword_requests_total{status="503"}': "0+2x60",
        },
        {
            'afterword_requests_total{status="200"}': "0+199x60",
            'afterword_requests_total{status="503"}': "0+1x60",
            'afterword_requests_total{status="404"}': "0+99x60",
        },
    ),
    "AfterwordSlow": (
        {
            'afterword_request_seconds_bucket{call="/v1/events",le="0.5"}': "0+90x60",
            'afterword_request_seconds_bucket{call="/v1/events",le="1"}': "0+100x60",
            'afterword_request_seconds_bucket{call="/v1/events",le="+Inf"}': "0+100x60",
        },
        {
            'afterword_request_seconds_bucket{call="/v1/events",le="0.5"}': "0+99x60",
            'afterword_request_seconds_bucket{call="/v1/events",le="+Inf"}': "0+100x60",
        },
    ),
    "AfterwordRejects": (
        {
            'afterword_events_total{result="accepted"}': "0+90x60",
            'afterword_events_total{result="rejected"}': "0+10x60",
        },
        {
            'afterword_events_total{result="accepted"}': "0+99x60",
            'afterword_events_total{result="rejected"}': "0+1x60",
        },
    ),
    "AfterwordFilesWrong": (
        {"afterword_policy_files_wrong": "0x60", "afterword_use_case_files_wrong": "1x60"},
        {"afterword_policy_files_wrong": "0x60", "afterword_use_case_files_wrong": "0x60"},
    ),
    "AfterwordNobodyLooks": (
        {
            'afterword_looked_seconds{instance="a"}': "0x60",
            'afterword_looked_seconds{instance="b"}': "1200x60",
        },
        {
            'afterword_looked_seconds{instance="a"}': "0x60",
            'afterword_looked_seconds{instance="b"}': "0+60x60",
        },
    ),
    "AfterwordSessionsWorse": (
        {LIVE % ("monitor", "worse", "open", one): "1x60" for one in "ab"},
        {
            LIVE % ("monitor", "worse", "acknowledged", "a"): "1x60",
            LIVE % ("monitor", "better", "open", "a"): "1x60",
        },
    ),
    "AfterwordRatingsMissing": (
        {LIVE % ("silence", "down", "open", "a"): "1x60"},
        {LIVE % ("response_rate", "up", "open", "a"): "1x60"},
    ),
    "AfterwordNoticesWait": (
        {'afterword_notices_oldest_seconds{channel="crm"}': "0+70x60"},
        {'afterword_notices_oldest_seconds{channel="crm"}': "0+59x60"},
    ),
    "AfterwordNoticesDead": (
        {'afterword_notices_total{channel="crm",result="dead"}': "0x30 1x30"},
        {'afterword_notices_total{channel="crm",result="dead"}': "1x60"},
    ),
}


def promtool(*arguments, given=None):
    """Run it; give what it says, which must be good."""
    done = subprocess.run(  # noqa: S603  # a fixed command
        [PROMTOOL, *map(str, arguments)], input=given, capture_output=True, check=False
    )
    told = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, told
    return told


def firing(*series, **samples):
    """Say what fires after an hour of these series: one alert each time, whoever reports it."""
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": told} for name, told in series],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": "1h",
                "exp_samples": [
                    {"labels": f'{{alertname="{name}"}}', "value": n}
                    for name, n in samples.items()
                ],
            }
        ],
    }


def test_the_rules_are_rules():
    """As many as are tested below."""
    assert f"{len(CASES)} rules found" in promtool("check", "rules", RULES)


@pytest.mark.parametrize("name", CASES)
def test_a_rule_fires_when_it_should(tmp_path, name):
    """And not when there is nearly a reason; two servers that say the same are one alert."""
    bad, good = CASES[name]
    told = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [firing(*bad.items(), **{name: 1}), firing(*good.items())],
    }
    path = tmp_path / "tests.yml"
    path.write_text(json.dumps(told))

    promtool("test", "rules", path)


def test_a_server_tells_all_that_the_rules_read(tmp_path):
    """With an alert that is open and a notice that waits; the text is as Prometheus wants it."""
    write_channels(tmp_path, team())
    with served(tmp_path) as caller:
        caller.chat("c-1")
        _alarm(caller.services)
        text = caller.http.get("/metrics").text

    told = set(re.findall(r"^(afterword_\w+)", text, re.MULTILINE))
    read = set(re.findall(r"\bafterword_\w+", RULES.read_text())) - {"afterword_rules_yml"}
    assert read - told == set()
    labels = 'direction="worse",kind="monitor",project="default",state="open"'
    assert f"afterword_alerts_live{{{labels}}} 1.0" in text
    assert 'state="resolved"' not in text
    assert 'afterword_notices_waiting{channel="away"} 1.0' in text
    assert 'afterword_notices_total{channel="team",result="dead"} 0.0' in text
    oldest = re.search(r'afterword_notices_oldest_seconds{channel="away"} (\S+)', text)
    assert 3_600 <= float(oldest[1]) < 4_000
    promtool("check", "metrics", given=text.encode())


def _alarm(services):
    now_us = services.clock.now_us()
    alert = Alert(
        id="alert_1",
        project="default",
        kind=AlertKind.MONITOR,
        stream="all",
        direction="worse",
        opened_us=now_us,
        changed_us=now_us,
        title="worse",
    )
    notice = Notice(
        id="msg_1",
        project="default",
        channel="away",
        topic=Topic.ALERT_OPENED,
        subject="alert_1",
        at_us=now_us,
        due_us=now_us,
    )
    with services.journal.write() as connection:
        save_alert(connection, alert)
        save_alert(connection, replace(alert, id="alert_0", state=AlertState.RESOLVED))
        add_notices(connection, [notice], now_us - HOUR_US)
