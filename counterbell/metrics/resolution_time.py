"""Resolution time: from the creation of a ticket to its final close.

It belongs to the period of the final close. The time between a close and its reopening counts, as it did for the
customer. A ticket that is open as of the report has none.
"""

from ._metric import Duration, Example

metric = Duration(
    title="Average resolution time",
    question="How long does it take until a customer's question is settled?",
    fact="tickets",
    anchor="closed",
    microseconds="resolution_us",
    business_microseconds="resolution_business_us",
    target_seconds=3600,
    better="lower",
    words={"fr": "Temps de résolution moyen", "id": "Waktu resolusi rata-rata"},
    example=Example(
        log="09:00 T1 customer\n09:30 T1 closed\n09:45 T1 open\n10:15 T1 closed",
        value={"n": 1, "mean": 75 * 60},
    ),
)
