"""People: erased."""
