"""Response time: every wait of a customer that a human reply ended, the first and the later ones.

A wait begins at the first customer message that nobody has answered yet and ends with the next reply, in whose period
it counts. A close ends it too, without an answer. Automated replies and notes neither end a wait nor count; a reply
that nobody waited for is no response. Tickets of which not all messages are known are left out and counted apart, in
the period of their creation; a close that is not known ends no wait.
"""

from ._metric import UNKNOWN_MESSAGES, Duration, Example

metric = Duration(
    title="Average response time",
    question="How long do customers wait for each answer?",
    fact="responses",
    anchor="replied",
    microseconds="waited_us",
    business_microseconds="waited_business_us",
    counts="counts_human",
    unknown=("created", "not messages_known"),
    excluded=UNKNOWN_MESSAGES,
    better="lower",
    rows="responses",
    rows_where="counts_human",
    words={"fr": "Temps de réponse moyen", "id": "Waktu respons rata-rata"},
    example=Example(
        log="09:00 T1 customer\n09:05 T1 customer\n09:10 T1 agent\n09:11 T1 agent\n10:00 T1 customer\n10:20 T1 agent",
        value={"n": 2, "mean": 15 * 60},
    ),
)
