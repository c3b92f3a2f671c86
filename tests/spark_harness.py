"""A small Spark cluster for one test: a driver and two executors, each a process of its own."""

from __future__ import annotations

import gc
import logging
import shutil
import time
import warnings
from contextlib import contextmanager

import pytest

from afterword.history.engines import engine_of

MASTER = "local-cluster[2,1,1024]"
# What lives for a minute is compiled once and lightly.
_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

need_spark = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
# Pyspark leaves the sockets of its answers to the garbage collector.
leave_sockets = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@contextmanager
def small_spark(monkeypatch):
    """Give the engine on a cluster, whose clocks are not in UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", _JVM)
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        engine = engine_of("spark", MASTER)
        try:
            yield engine
        finally:
            engine.close()
            _end_java()
            _free_logs()
    time.tzset()


def _end_java():
    # Pyspark keeps an idle Java for its process, and leaves sockets to the garbage collector: the
    # other tests need the memory, and one of them would be blamed.
    from pyspark import SparkContext  # noqa: PLC0415  # an extra

    gateway = SparkContext._gateway  # noqa: SLF001  # there is no other way
    if gateway is None:
        return
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001  # same
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    del gateway
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _free_logs():
    # Pytest hands its handler to each logger that does not propagate, and Spark's put their own
    # format on any handler: the log of every later test would read as JSON.
    for logger in logging.Logger.manager.loggerDict.values():
        if type(logger).__module__.startswith("pyspark."):
            logger.propagate = True
