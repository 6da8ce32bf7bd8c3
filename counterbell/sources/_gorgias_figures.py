"""Where Gorgias' own figures of a ticket differ from ours, and which rule explains it."""

from typing import Any

from ._decisions import Compared, Rule, Twin

SECOND = 1_000_000
MINUTE = 60 * SECOND

FIRST_RESPONSE, RESOLUTION = "first response", "resolution"
IN_MINUTES = " (in minutes)"
"""Ends the names of figures of an export that tells whole minutes."""


def _close(one: Any, other: Any) -> bool:
    return isinstance(one, int) and isinstance(other, int) and abs(one - other) < MINUTE


def _no_messages(compared: Compared) -> bool:
    return compared.facts["first_customer_at"] is None and compared.facts["direction"] == "inbound"


def _automated_first(compared: Compared) -> bool:
    return _close(compared.theirs, compared.facts["first_response_any_us"])


def _since_first_message(compared: Compared) -> bool:
    closed, asked = compared.facts["closed_at"], compared.facts["first_customer_at"]
    return closed is not None and asked is not None and _close(compared.theirs, closed - asked)


FIRST_RESPONSE_RULES = (
    Rule("The record has no message of a customer here (the CSV export has none), so we have no first response.",
         _no_messages),
    Rule("An agent began the ticket: we count from the customer's first message after that, Gorgias does not.",
         lambda compared: compared.facts["direction"] == "outbound"),
    Rule("Gorgias leaves out messages sent by rules only; we leave out those of bots too.", _automated_first),
    Rule("Gorgias leaves out replies that were sent outside of the helpdesk; we count them.",
         lambda compared: compared.ours is not None and compared.theirs > compared.ours),  # type: ignore[operator]
)  # fmt: skip

RESOLUTION_RULES = (
    Rule("Gorgias counts a snoozed ticket as closed, or the ticket was reopened after the export; for us it is not "
         "resolved.", lambda compared: compared.ours is None),
    Rule("Gorgias counts from the customer's first message, we from the creation of the ticket.", _since_first_message),
    Rule("The ticket was closed again after the export: both count to the last close.",
         lambda compared: (compared.facts["spells"] or 0) > 1 and compared.ours > compared.theirs),  # type: ignore[operator]
)  # fmt: skip

VENDOR_FIGURES = {
    FIRST_RESPONSE: Twin("first_response_us", FIRST_RESPONSE_RULES, SECOND),
    FIRST_RESPONSE + IN_MINUTES: Twin("first_response_us", FIRST_RESPONSE_RULES, MINUTE),
    RESOLUTION: Twin("resolution_us", RESOLUTION_RULES, SECOND),
    RESOLUTION + IN_MINUTES: Twin("resolution_us", RESOLUTION_RULES, MINUTE),
}
"""Our columns beside theirs. Over many tickets Gorgias shows medians, where we show means and medians."""
