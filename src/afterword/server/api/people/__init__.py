"""People: what is held of one, and erased."""
