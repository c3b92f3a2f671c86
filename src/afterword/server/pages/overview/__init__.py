"""Where we stand: the first page on a Monday."""
