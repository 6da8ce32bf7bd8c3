"""Number of tickets: the counted tickets that were created in the period.

Every ticket counts, also one that an agent started. Spam, deleted and merged tickets do not.
"""

from ._metric import Count, Example

metric = Count(
    title="Number of tickets",
    question="How many tickets come in?",
    better="neither",
    words={"fr": "Nombre de tickets", "id": "Jumlah tiket"},
    example=Example(log="09:00 T1 customer\n09:30 T2 customer\n09:31 T2 spam", value=1),
)
