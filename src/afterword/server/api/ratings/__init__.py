"""Ratings: one answer about one session, given, changed or taken back."""
