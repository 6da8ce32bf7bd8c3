"""Days to clear: the unresolved tickets at the end of the period over the mean daily closes of the 28 days before.

Every close counts, also of tickets that were reopened since. Nothing closed in 28 days: null.
"""

from ._level import DaysToClear
from ._metric import Example

metric = DaysToClear(
    title="Days to clear the backlog",
    question="How long would it take to settle everything at the present pace?",
    better="lower",
    unit="days",
    words={
        "fr": "Jours pour résorber les tickets non résolus",
        "id": "Hari untuk menuntaskan tiket yang belum terselesaikan",
    },
    example=Example(log="09:00 T1 customer\n09:30 T1 closed\n09:40 T2 customer", value=28.0),
)
