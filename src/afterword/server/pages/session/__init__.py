"""One session: what was said of it, and why it was asked about."""
