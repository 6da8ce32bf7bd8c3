"""A customer has answered an agent who is away: where the shop wants that, the ticket is anybody's again."""

from datetime import datetime

from django.db.models import Min, Q

from counterbell.accounts.models import Shop
from counterbell.desk.acting import acting
from counterbell.desk.family import root_of
from counterbell.record.models import Author, Message, StatusName, Ticket

from .handing import hand_to
from .models import Absence
from .staff import staff


def free_what_was_answered(shop: Shop, after: int, upto: int, at: datetime) -> int:
    """Take the tickets that customers have answered in these messages from agents who are away; returns how many."""
    away = list(staff(shop, at).away)
    if not away or after >= upto:
        return 0
    began = Absence.objects.filter(shop=shop, from_at__lte=at).aggregate(first=Min("from_at"))["first"]
    new = Message.objects.filter(
        pk__gt=after, pk__lte=upto, author=Author.CUSTOMER, public=True, happened_at__gte=began
    )
    said = set(new.values_list("ticket", flat=True))  # by their rows alone: an index of the shop's would read all
    theirs = Q(state__assignee__external_id__in=away) | Q(state__merged_into__isnull=False)
    answered = Ticket.objects.filter(shop=shop, pk__in=said).filter(theirs)
    return sum(_free(shop, root_of(ticket), away, at) for ticket in answered.order_by("pk"))


def _free(shop: Shop, ticket: Ticket, away: list[str], at: datetime) -> bool:
    with acting(shop, None, ticket.pk, at) as held:
        assignee = held.state.assignee
        if assignee is None or assignee.external_id not in away or held.state.status == StatusName.CLOSED:
            return False
        hand_to(held, None, "")
        return True
