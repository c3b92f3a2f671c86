"""Notes: what somebody wrote on the time line."""
