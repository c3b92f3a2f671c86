"""Cells counted from people, each a (positive, neutral, negative) triple of ratings."""

from afterword.domain.counts import PERSON_SHARES, Cell, PersonSums


def cell_of(people, key="all"):
    """Count a cell in which every session is rated, closed, and was not asked about."""
    levels = [sum(column) for column in zip(*people, strict=True)]
    m = [sum(person) for person in people]
    my = tuple(sum(n * person[k] for n, person in zip(m, people, strict=True)) for k in range(3))
    y2 = tuple(sum(person[k] ** 2 for person in people) for k in range(3))
    owns = [
        [PERSON_SHARES * y // n for y in person] for n, person in zip(m, people, strict=True) if n
    ]
    shares = tuple(sum(own[k] for own in owns) for k in range(3))
    squares = tuple(sum(own[k] ** 2 for own in owns) for k in range(3))
    sums = PersonSums(len(owns), sum(n * n for n in m), my, y2, shares, squares)
    return Cell(key, sum(m), sum(m), 0, 0, sum(m), sum(m), 0, *levels, persons=sums)


def strangers(positive, neutral, negative, key="all"):
    """Count a cell in which nobody rated twice."""
    return cell_of([(1, 0, 0)] * positive + [(0, 1, 0)] * neutral + [(0, 0, 1)] * negative, key)
