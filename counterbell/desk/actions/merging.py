"""Two tickets about one thing become one: the conversation goes on in the other."""

from django.utils.translation import gettext as _

from counterbell.desk.acting import Acting
from counterbell.desk.family import root_of
from counterbell.errors import NotFound, Problem
from counterbell.record.entries import Merge
from counterbell.record.models import Ticket


def merge(ticket: Acting, into: str) -> bool:
    """Merge the ticket into the one with that id, or into the one that this was merged into itself."""
    if ticket.state.merged_into_id is not None:
        raise Problem(_("This ticket has been merged into another one already."))
    target = Ticket.objects.filter(shop=ticket.shop, external_id=into.lstrip("#")).first()
    if target is None:
        raise NotFound(_("There is no ticket '%(ticket)s' to merge into. Give its number.") % {"ticket": into})
    target = root_of(target)
    if target.pk in ticket.members:
        raise Problem(_("A ticket cannot be merged into itself. Give another one."))
    ticket.write(Merge(ticket=ticket.ticket.external_id, into=target.external_id, at=ticket.now()))
    return True
