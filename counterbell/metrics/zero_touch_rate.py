"""Zero-touch rate: resolved tickets that no human touched, answered by automation or not, of all resolved tickets.

Tickets of which the messages are not known are left out of both and counted apart.
"""

from ._metric import UNKNOWN_MESSAGES, Example, Ratio

metric = Ratio(
    title="Zero-touch rate",
    question="How many tickets need no human at all?",
    part="automated in ('automated', 'silent')",
    known="automated is not null",
    rows_where="automated is not null",
    excluded=UNKNOWN_MESSAGES,
    better="higher",
    words={"fr": "Taux de résolution sans intervention humaine", "id": "Tingkat resolusi tanpa sentuhan agen"},
    example=Example(
        log="09:00 T1 customer\n09:05 T1 closed by automation\n09:00 T2 customer\n09:30 T2 closed by agent",
        value={"part": 1, "whole": 2, "rate": 0.5},
    ),
)
