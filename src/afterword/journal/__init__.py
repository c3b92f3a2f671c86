"""The journal: the SQL database that holds the truth. Nothing outside this package knows SQL."""

from afterword.journal.engine import Journal

__all__ = ["Journal"]
