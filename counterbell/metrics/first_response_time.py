"""First response time: from the customer's first message to the first human reply.

At most one per ticket, in the period of that reply. A close before it does not stop the clock. Automated replies and
notes do not count. Tickets without a reply have none. On a ticket that an agent started the clock begins with the first
customer message after its creation. Tickets of which neither the messages nor these times are known are counted apart,
in the period of their creation.
"""

from ._metric import UNKNOWN_MESSAGES, Duration, Example

metric = Duration(
    title="Average first response time",
    question="How long does a customer wait for a first human answer?",
    fact="tickets",
    anchor="first_response",
    microseconds="first_response_us",
    business_microseconds="first_response_business_us",
    unknown=("created", "first_customer_at is null and not messages_known"),
    excluded=UNKNOWN_MESSAGES,
    better="lower",
    words={"fr": "Temps moyen de première réponse", "id": "Rata-rata waktu respons pertama"},
    example=Example(
        log="""
            09:00 T1 customer
            09:12 T1 agent
            09:00 T2 customer
            09:01 T2 automation
            10:00 T2 agent
            10:05 T3 customer
        """,
        value={"n": 2, "mean": 36 * 60},  # T1 12 min, T2 60 min; T3 still waits
    ),
)
