"""Starting Spark: what it needs, and how it is set."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession

DEFAULT_MASTER: Final = "local[*]"
_NAME: Final = "afterword"
_MASTERS: Final = ("local", "spark://", "yarn", "k8s://")
_INSTALL: Final = "The engine spark needs pyspark: pip install 'afterword[spark]'."
_JAVA: Final = (
    "The engine spark needs Java 17 or newer: install it (Debian: apt install"
    " default-jre-headless) or say in JAVA_HOME where it is."
)
_OF_PROCESS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_OF_SESSION: Final = {
    "spark.sql.session.timeZone": "UTC",
    # An overflow or a bad cast is an error, not a number.
    "spark.sql.ansi.enabled": "true",
    # Files are listed here: a job that lists a hundred of them takes longer than they do.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
}


def need_pyspark() -> None:
    """Raise SetupError where the extra is not installed."""
    if find_spec("pyspark") is None or find_spec("pyarrow_hotfix") is None:
        raise SetupError(_INSTALL, field="engine")


def start(master: str | None) -> tuple[SparkSession, Callable[[], None] | None]:
    """Give a session with settings of its own, and what stops Spark if it was started here.

    Args:
        master: Where Spark runs (``local[4]``, ``spark://host:7077``), ``local[*]`` when None.
            Where the process has a session already, that one's Spark is used.

    Raises:
        SetupError: No pyspark, no Java, or Spark does not start.
    """
    need_pyspark()
    from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra

    there = SparkSession.getActiveSession()
    whole = there or _start(master or DEFAULT_MASTER)
    session = whole.newSession()
    for name, value in _OF_SESSION.items():
        session.conf.set(name, value)
    _size_shuffles(session)
    is_ours = there is None and session.sparkContext.appName == _NAME
    return session, whole.stop if is_ours else None


def has_stopped(session: SparkSession) -> bool:
    """Say whether nothing can be asked of a session any more: its driver or cluster is gone."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  # an extra

    try:
        return bool(session.sparkContext._jsc.sc().isStopped())  # noqa: SLF001  # nobody else tells
    except (Py4JError, AttributeError, OSError):
        return True


def _start(master: str) -> SparkSession:
    if not master.startswith(_MASTERS):
        raise SetupError(
            f"spark_master: {master!r:.80} is none of {', '.join(_MASTERS)} …; Spark Connect (sc:)"
            " is not supported.",
            field="spark_master",
        )
    _need_java()
    from py4j.protocol import Py4JError  # noqa: PLC0415  # same
    from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra
    from pyspark.logger import PySparkLogger  # noqa: PLC0415  # same
    from pyspark.sql import SparkSession  # noqa: PLC0415  # same

    # It would print what is raised, with a page of Java behind it.
    PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
    builder = SparkSession.builder.master(master).appName(_NAME)
    for name, value in _OF_PROCESS.items():
        builder = builder.config(name, value)
    if master.startswith("local"):  # then nobody else has to reach it
        builder = builder.config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as exc:
        raise SetupError(f"Spark does not start at {master}: {exc}", field="spark_master") from exc


def _need_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (Path(home) / "bin" / "java").is_file() if home else shutil.which("java") is None:
        raise SetupError(_JAVA, field="engine")


def _size_shuffles(session: SparkSession) -> None:
    # Counts are small; Spark's 200 parts of them would take longer than the counting.
    context = session.sparkContext
    if not context.getConf().contains("spark.sql.shuffle.partitions"):
        n_parts = max(2, 2 * context.defaultParallelism)
        session.conf.set("spark.sql.shuffle.partitions", str(n_parts))
