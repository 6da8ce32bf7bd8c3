"""Backlog age: how old the unresolved tickets are at the end of the period; the oldest, and the median.

Ages count from the creation of the ticket, also when it was reopened.
"""

from ._level import BacklogAge
from ._metric import Example

metric = BacklogAge(
    title="Age of the backlog",
    question="How long have the unresolved tickets been there?",
    better="lower",
    unit="seconds",
    words={"fr": "Ancienneté des tickets non résolus", "id": "Usia tiket yang belum terselesaikan"},
    example=Example(
        log="09:00 T1 customer\n15:00 T2 customer\n21:00 T3 customer", value={"oldest": 54_000, "median": 32_400}
    ),
)
