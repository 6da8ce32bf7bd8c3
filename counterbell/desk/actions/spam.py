"""What no customer wrote: spam is left out of every figure, and can be brought back."""

from counterbell.desk.acting import Acting
from counterbell.record.entries import Flag


def mark(ticket: Acting, is_spam: bool) -> bool:
    """Say that the ticket is spam, or is not."""
    if ticket.state.spam == is_spam:
        return False
    ticket.write(Flag(ticket=ticket.ticket.external_id, at=ticket.now(), flag="spam", value=is_spam))
    return True
