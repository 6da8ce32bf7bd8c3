"""Reopened tickets: resolved tickets that had been closed before and opened again.

Tickets of which not all changes of status are known are left out and counted apart.
"""

from ._metric import UNKNOWN_STATUSES, Count, Example

metric = Count(
    title="Reopened tickets",
    question="How many settled tickets had come back before?",
    anchor="closed",
    counts="reopened",
    unknown="reopened is null",
    excluded=UNKNOWN_STATUSES,
    better="lower",
    rows_where="reopened",
    words={"fr": "Tickets rouverts", "id": "Tiket yang dibuka kembali"},
    example=Example(log="09:00 T1 customer\n09:30 T1 closed\n09:45 T1 open\n10:15 T1 closed", value=1),
)
