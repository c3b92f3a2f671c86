"""Alerts: opened by what monitors see, explained, told, and resolved."""
