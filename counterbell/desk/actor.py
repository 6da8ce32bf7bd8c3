"""Who acts at the desk, and by which id the record knows the person."""

from dataclasses import dataclass

from django.db import transaction

from counterbell.accounts.models import Membership, Shop, User
from counterbell.record.entries import Agent as AgentEntry
from counterbell.record.models import Agent
from counterbell.record.write import write


@dataclass(frozen=True)
class Actor:
    """A person of the shop; `agent` is the record's id of him or her."""

    shop: Shop
    user: User
    agent: str


def actor_of(membership: Membership) -> Actor:
    """The person as an agent of the record; one who has no id there yet gets it, by address or a new one."""
    if not membership.agent:
        _introduce(membership)
    return Actor(membership.shop, membership.user, membership.agent)


@transaction.atomic
def _introduce(membership: Membership) -> None:
    shop, user = membership.shop, membership.user
    known = Agent.objects.filter(shop=shop, email__iexact=user.email).order_by("pk").first()
    membership.agent = known.external_id if known else f"person-{user.pk}"
    if not known:
        write(shop, AgentEntry(id=membership.agent, name=user.name or user.email, email=user.email))
    membership.save(update_fields=["agent"])
