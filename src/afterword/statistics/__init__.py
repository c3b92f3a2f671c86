"""Numbers from counts: pure functions that know no database, no clock and no file.

``shares`` bounds shares, ``clusters`` corrects for people who rate often, ``levels`` puts both
together for the three levels of a cell, ``lines`` says how likely a share lies above a line, and
``unrated`` how far the sessions that nobody rated could move it.
"""
