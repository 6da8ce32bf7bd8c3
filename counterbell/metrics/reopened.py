"""Reopened tickets: resolved tickets that had been closed before and opened again."""

from ._metric import Count, Example

metric = Count(
    title="Reopened tickets",
    question="How many settled tickets had come back before?",
    anchor="closed",
    counts="reopened",
    better="lower",
    rows_where="reopened",
    words={"fr": "Tickets rouverts", "id": "Tiket yang dibuka kembali"},
    example=Example(log="09:00 T1 customer\n09:30 T1 closed\n09:45 T1 open\n10:15 T1 closed", value=1),
)
