"""First resolution time: from the creation of a ticket to its first close, of tickets that are resolved.

It belongs to the period of the final close, beside the resolution time of the same tickets. Tickets of which not all
changes of status are known are left out and counted apart.
"""

from ._metric import UNKNOWN_STATUSES, Duration, Example

metric = Duration(
    title="Average time to first resolution",
    question="How long until a ticket is first thought settled?",
    fact="tickets",
    anchor="closed",
    microseconds="first_resolution_us",
    business_microseconds="first_resolution_business_us",
    unknown=("closed", "first_resolution_us is null"),
    rows_where="first_resolution_us is not null",
    excluded=UNKNOWN_STATUSES,
    better="lower",
    words={"fr": "Temps moyen jusqu’à la première résolution", "id": "Waktu rata-rata hingga resolusi pertama"},
    example=Example(
        log="09:00 T1 customer\n09:30 T1 closed\n09:45 T1 open\n10:15 T1 closed",
        value={"n": 1, "mean": 30 * 60},
    ),
)
