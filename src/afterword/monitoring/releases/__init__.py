"""Releases: whether a new one may stay."""
