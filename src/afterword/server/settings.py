"""What a server is told when it starts: where its data lies and where it listens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from afterword.errors import SetupError
from afterword.history.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG_LEVELS: Final = ("critical", "error", "warning", "info", "debug")
VARIABLES: Final = {
    "data_dir": "AFTERWORD_DATA",
    "database_url": "AFTERWORD_DATABASE_URL",
    "policy_file": "AFTERWORD_POLICY",
    "host": "AFTERWORD_HOST",
    "port": "AFTERWORD_PORT",
    "log_level": "AFTERWORD_LOG_LEVEL",
    "public_url": "AFTERWORD_PUBLIC_URL",
    "password": "AFTERWORD_PASSWORD",
    "engine": "AFTERWORD_ENGINE",
    "spark_master": "AFTERWORD_SPARK_MASTER",
}
_PATHS: Final = ("data_dir", "policy_file")
_SECRET: Final = ("password", "database_url")
_URL: Final = re.compile(r"https?://[^\s?#]+")


class Settings(Struct, frozen=True, kw_only=True):
    """Settings of one server.

    ``port`` 0 takes any free one. ``database_url`` stands in for ``data_dir``/journal.db; day
    files and the lock stay in ``data_dir``, which servers of one PostgreSQL share.
    ``policy_file``: the ask policy where it does not lie in ``data_dir``/policy.toml.
    ``log_level`` is one of ``LOG_LEVELS``; ``info`` adds a line a request. ``public_url`` is
    where people reach the pages: links in what channels are told lead there, and requests may
    come with its path. ``password`` opens the pages; without one a link does that is printed
    at the start and good once. ``engine`` is one of ``ENGINES``: what counts the day files;
    ``spark_master`` is where Spark runs.
    """

    data_dir: Path = Path("afterword-data")
    database_url: str | None = None
    policy_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8484
    log_level: str = "warning"
    public_url: str | None = None
    password: str | None = None
    engine: str = "duckdb"
    spark_master: str | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str], **told: object) -> Settings:
        """Make settings from what was told, else the environment, else the defaults.

        Args:
            environment: Usually ``os.environ``; an empty variable counts as absent.
            **told: Settings by name; None counts as not told.

        Raises:
            SetupError: A value is impossible; names the setting and its variable.
        """
        found: dict[str, object] = {
            name: environment[variable]
            for name, variable in VARIABLES.items()
            if environment.get(variable)
        }
        found |= {name: value for name, value in told.items() if value is not None}
        settings = cls(**{name: _convert(name, value) for name, value in found.items()})
        if not 0 <= settings.port <= 65_535:  # noqa: PLR2004  # the range of TCP
            raise _wrong("port", "it must lie in 0 to 65535")
        if settings.policy_file is not None and not settings.policy_file.is_file():
            raise _wrong("policy_file", f"there is no file {settings.policy_file}")
        if settings.log_level not in LOG_LEVELS:
            raise _wrong("log_level", f"it must be one of {', '.join(LOG_LEVELS)}")
        if settings.engine not in ENGINES:
            raise _wrong("engine", f"it must be one of {', '.join(ENGINES)}")
        if settings.public_url and not _URL.fullmatch(settings.public_url):
            raise _wrong("public_url", "it must begin with https:// or http://")
        return settings

    def __repr__(self) -> str:
        """Write what may be read by everybody."""
        told = (
            f"{name}={'…' if name in _SECRET and value else repr(value)}"
            for name, value in msgspec.structs.asdict(self).items()
        )
        return f"Settings({', '.join(told)})"

    @property
    def prefix(self) -> str:
        """The path of ``public_url``, decoded; empty where the pages have a name of their own."""
        return unquote(urlsplit(self.public_url or "").path).rstrip("/")

    @property
    def is_shared(self) -> bool:
        """Whether several servers may serve the same data: the journal lies in PostgreSQL."""
        return self.database_url is not None and self.database_url.startswith("postgres")

    @property
    def journal_dir(self) -> Path:
        """Where the journal lies, if in SQLite: its folder has one server, whatever its name."""
        if self.database_url is None or self.is_shared:
            return self.data_dir
        return Path(urlsplit(self.database_url).path.removeprefix("/")).parent

    @property
    def history_dir(self) -> Path:
        """Where the day files lie."""
        return self.data_dir / "history"

    @property
    def policy_path(self) -> Path:
        """Where the policy of the project ``default`` is told, if it is."""
        return self.policy_file or self.data_dir / "policy.toml"

    @property
    def filters_file(self) -> Path:
        """Where filters of reports have names."""
        return self.data_dir / "filters.toml"

    @property
    def experiments_file(self) -> Path:
        """Where the planned splits of experiments are told."""
        return self.data_dir / "experiments.toml"

    @property
    def use_cases_path(self) -> Path:
        """Where the use cases of the project ``default`` are named, if they are."""
        return self.data_dir / "use_cases.toml"

    @property
    def channels_file(self) -> Path:
        """Where the channels are named."""
        return self.data_dir / "channels.toml"


_TYPES: Final = {info.name: info.type for info in msgspec.structs.fields(Settings)}


def _convert(name: str, value: object) -> Any:  # noqa: ANN401  # the setting's own type
    if name in _PATHS:
        return Path(str(value)).expanduser()
    try:
        return msgspec.convert(value, _TYPES[name], strict=False)
    except msgspec.ValidationError as exc:
        raise _wrong(name, str(exc)) from exc


def _wrong(name: str, why: str) -> SetupError:
    return SetupError(f"{name} ({VARIABLES[name]}) is wrong: {why}.", field=name)
