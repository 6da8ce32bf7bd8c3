"""Unresolved tickets: counted tickets that are not closed at the end of the period.

A level, not a flow: for a bucket that has ended, just before its end; for the one still running, as of the report; none
for the future. Pending and snoozed tickets are unresolved and also shown apart.
"""

from ._level import Level
from ._metric import Example

metric = Level(
    title="Unresolved tickets",
    question="How many tickets are still waiting to be settled?",
    better="lower",
    unit="tickets",
    words={"fr": "Tickets non résolus", "id": "Tiket yang belum terselesaikan"},
    example=Example(
        log="09:00 T1 customer\n09:10 T2 customer\n09:20 T2 pending\n09:30 T3 customer\n09:40 T3 closed", value=2
    ),
)
