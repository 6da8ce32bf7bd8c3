"""Reopen rate: resolved tickets that had been closed before and opened again, of all resolved tickets.

Tickets of which not all changes of status are known are left out of both and counted apart.
"""

from ._metric import UNKNOWN_STATUSES, Example, Ratio

metric = Ratio(
    title="Reopen rate",
    question="What share of settled tickets had come back before?",
    part="reopened",
    known="reopened is not null",
    rows_where="reopened is not null",
    excluded=UNKNOWN_STATUSES,
    better="lower",
    words={"fr": "Taux de réouverture", "id": "Tingkat pembukaan kembali"},
    example=Example(
        log="09:00 T1 customer\n09:30 T1 closed\n09:45 T1 open\n10:15 T1 closed\n09:00 T2 customer\n09:10 T2 closed",
        value={"part": 1, "whole": 2, "rate": 0.5},
    ),
)
