"""Files for importer tests, and what reading them gives."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from afterword import importers
from afterword.importers import ImportOptions
from afterword.intake import Refused

STARTED_US = 1_793_000_000_000_000


def write(path, text):
    """Write a file, gzipped where its name says so."""
    body = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


def jsonl(*rows):
    """Make JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def options(*maps, scale=None):
    """Give options with a fixed start."""
    parsed = ImportOptions.parse(maps, scale)
    return ImportOptions(columns=parsed.columns, scale=parsed.scale, started_us=STARTED_US)


def read(name, *paths, maps=(), scale=None):
    """Read files; give the events with their places, and the refusals."""
    items = list(importers.read(name, list(paths), options(*maps, scale=scale)))
    refused = [item for item in items if isinstance(item, Refused)]
    return [item for item in items if not isinstance(item, Refused)], refused


def told(path, refused):
    """Give refusals as (place in the file, code, detail)."""
    return [(one.where.removeprefix(f"{path} "), one.code, one.detail) for one in refused]


def shared_folder(environ):
    """Find the shared data, or None."""
    place = environ.get("AFTERWORD_SHARED") or Path(__file__).parents[2] / "shared"
    found = Path(place)
    return found if (found / "data" / "dev").is_dir() else None
