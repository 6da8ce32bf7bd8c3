"""First response time, automated replies included: to the first reply, whoever or whatever sent it.

Tickets of which neither the messages nor these times are known are counted apart, in the period of their creation.
"""

from ._metric import UNKNOWN_MESSAGES, Duration, Example

metric = Duration(
    title="Average first response time, automation included",
    question="How long does a customer wait for a first answer, whoever or whatever gives it?",
    fact="tickets",
    anchor="first_response_any",
    microseconds="first_response_any_us",
    business_microseconds="first_response_any_business_us",
    unknown=("created", "first_customer_at is null and not messages_known"),
    excluded=UNKNOWN_MESSAGES,
    better="lower",
    words={
        "fr": "Temps moyen de première réponse, automatisation comprise",
        "id": "Rata-rata waktu respons pertama, termasuk otomatisasi",
    },
    example=Example(
        log="09:00 T1 customer\n09:01 T1 automation\n10:00 T1 agent",
        value={"n": 1, "mean": 60},
    ),
)
