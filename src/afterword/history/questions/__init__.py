"""Questions: Ibis expressions on session rows that answer with counts."""
