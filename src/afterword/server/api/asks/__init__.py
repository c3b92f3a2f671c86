"""Asks, as a host or a browser is told of them."""
