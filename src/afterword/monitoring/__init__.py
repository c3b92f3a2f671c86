"""Monitoring: what is watched over while nobody looks."""
