"""Alerts: listed, looked at, acknowledged, resolved."""
