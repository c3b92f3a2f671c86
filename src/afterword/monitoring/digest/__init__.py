"""The weekly digest: what a week was like, told on Monday."""
