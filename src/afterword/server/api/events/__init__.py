"""Events: what a host tells of its conversations."""
