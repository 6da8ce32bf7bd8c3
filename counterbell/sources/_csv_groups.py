"""Which rows belong to one ticket, and which of them comes first.

A first reading of the file keeps some numbers for each row; the second one writes. A row is named by how many came
before it; -1 as its ticket stands for a row that was refused.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


def first_rows(ticket: Numbers, *keys: npt.NDArray[np.generic]) -> Rows:
    """For each ticket its first row by the keys; of rows with equal keys the first in the file."""
    order = np.lexsort((*reversed(keys), ticket))
    starts = order[starts_of_runs(ticket[order])]
    return starts[ticket[starts] >= 0]


class Openings(NamedTuple):
    """With which row each ticket is told."""

    opens: Flags
    began: Numbers
    """in a row that opens a ticket: the ticket's earliest row, with which it was created"""


def openings(ticket: Numbers, at_us: Numbers, *, later: Flags, untold: Flags) -> Openings:
    """The openings of all tickets: with the earliest row that tells enough.

    `later` are rows that come after the others at one instant, and open a ticket only if there are no others;
    `untold` those that do not tell enough of the ticket.
    """
    opened, earliest = first_rows(ticket, untold, later, at_us), first_rows(ticket, at_us, later)
    opens = np.zeros(ticket.size, np.bool_)
    opens[opened] = True
    began = np.zeros(ticket.size, np.int64)
    began[opened] = earliest
    return Openings(opens, began)


def last_of_equals(rows: Rows, *keys: npt.NDArray[np.generic]) -> Rows:
    """For each of these rows the last one in the file whose keys are equal."""
    order = np.lexsort([key[rows] for key in keys])
    starts = starts_of_runs(*(key[rows][order] for key in keys))
    ends = np.append(starts, rows.size)[1:]
    last = np.empty_like(rows)
    last[order] = np.repeat(rows[order][ends - 1], ends - starts)
    return last


def starts_of_runs(*columns: npt.NDArray[np.generic]) -> Rows:
    """Where, in sorted columns, a row differs from the one before it; the first row does."""
    if not columns[0].size:
        return np.empty(0, np.intp)
    changes = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.concatenate((np.zeros(1, np.intp), np.flatnonzero(changes) + 1))


def roots(parents: Rows, at: Numbers) -> Rows:
    """For each row its earliest known ancestor; `parents` is the row that it answers, itself where there is none.

    Rows that answer each other in a circle have the earliest of the circle as their root.
    """
    root = _ends(parents)
    circling = np.flatnonzero(parents[root] != root)
    if not circling.size:
        return root
    cut = parents.copy()
    for row in _earliest_of_circles(parents, at, np.unique(root[circling])):
        cut[row] = row
    return _ends(cut)


def _ends(parents: Rows) -> Rows:
    """Where each row gets to by going to the parent again and again, at least as often as there are rows."""
    reached = parents
    for _ in range(int(parents.size).bit_length()):
        further = reached[reached]
        if np.array_equal(further, reached):
            break
        reached = further
    return reached


def _earliest_of_circles(parents: Rows, at: Numbers, within: Rows) -> Iterable[int]:
    """One row of each circle through these rows."""
    seen: set[int] = set()
    for start in within.tolist():
        circle: list[int] = []
        row = start
        while row not in seen:
            seen.add(row)
            circle.append(row)
            row = int(parents[row])
        if circle:
            yield min(circle, key=lambda row: (int(at[row]), row))
