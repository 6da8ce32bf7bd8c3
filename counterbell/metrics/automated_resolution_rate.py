"""Automated resolution rate: resolved tickets that automation answered and no human touched, of all resolved tickets.

Untouched means: up to the final close no message by an agent, public or internal, and no close by an agent. Untouched
tickets without any automated reply (closed by a rule or by the customer) are `silent` and counted apart. Tickets of
which the messages are not known are left out and counted apart.
"""

from ._metric import UNKNOWN_MESSAGES, Example, Ratio

metric = Ratio(
    title="Automated resolution rate",
    question="How many tickets does automation settle by itself?",
    part="automated = 'automated'",
    known="automated is not null",
    rows_where="automated is not null",
    excluded=UNKNOWN_MESSAGES,
    also={"silent": "automated = 'silent'"},
    better="higher",
    words={"fr": "Taux de résolution automatisée", "id": "Tingkat resolusi otomatis"},
    example=Example(
        log="""
            09:00 T1 customer
            09:01 T1 automation
            10:00 T1 closed by automation
            09:00 T2 customer
            09:30 T2 closed by ann
        """,
        value={"part": 1, "whole": 2, "rate": 0.5, "silent": 0},
    ),
)
