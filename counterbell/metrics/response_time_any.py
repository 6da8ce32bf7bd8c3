"""Response time, automated replies included: as response time, with automated replies taken as replies.

Tickets of which not all messages are known are left out and counted apart, in the period of their creation.
"""

from ._metric import UNKNOWN_MESSAGES, Duration, Example

metric = Duration(
    title="Average response time, automation included",
    question="How long do customers wait for each answer, whoever or whatever gives it?",
    fact="responses",
    anchor="replied",
    microseconds="waited_us",
    business_microseconds="waited_business_us",
    counts="counts_any",
    unknown=("created", "not messages_known"),
    excluded=UNKNOWN_MESSAGES,
    better="lower",
    rows="responses",
    rows_where="counts_any",
    words={
        "fr": "Temps de réponse moyen, automatisation comprise",
        "id": "Waktu respons rata-rata, termasuk otomatisasi",
    },
    example=Example(
        log="09:00 T1 customer\n09:01 T1 automation\n09:10 T1 agent",
        value={"n": 1, "mean": 60},
    ),
)
