"""Weeks of remission of Freireich et al. (1963), Blood 21, 699-716: the usual worked example."""

from afterword.statistics.survival import Followed

TREATED = Followed(
    {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1},
    {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1},
)
PLACEBO = Followed(
    {1: 2, 2: 2, 3: 1, 4: 2, 5: 2, 8: 4, 11: 2, 12: 2, 15: 1, 17: 1, 22: 1, 23: 1}, {}
)
