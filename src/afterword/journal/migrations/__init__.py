"""Alembic's scripts: how a journal of an older Afterword becomes one of this."""
