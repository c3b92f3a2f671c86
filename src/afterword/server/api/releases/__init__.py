"""Releases: opened, accepted, and asked whether they may stay."""
