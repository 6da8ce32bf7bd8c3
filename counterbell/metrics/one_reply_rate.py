"""One-reply resolution rate: resolved tickets with exactly one reply, of all resolved tickets.

Replies by humans up to the final close, its instant included. On chat-like channels a run of messages without the
customer between them is one reply. Every resolved ticket has zero, one or several replies; the three add up. Tickets of
which the messages are not known are left out and counted apart.
"""

from ._metric import UNKNOWN_MESSAGES, Example, Ratio

metric = Ratio(
    title="One-reply resolution rate",
    question="How many tickets are settled with a single answer?",
    part="touch = 'one'",
    known="touch is not null",
    rows_where="touch is not null",
    excluded=UNKNOWN_MESSAGES,
    also={"zero": "touch = 'zero'", "several": "touch = 'several'"},
    better="higher",
    words={"fr": "Taux de résolution en une réponse", "id": "Tingkat resolusi satu balasan"},
    example=Example(
        log="09:00 T1 customer\n09:10 T1 agent\n09:20 T1 closed\n09:00 T2 customer\n09:05 T2 closed",
        value={"part": 1, "whole": 2, "rate": 0.5, "zero": 1, "several": 0},
    ),
)
