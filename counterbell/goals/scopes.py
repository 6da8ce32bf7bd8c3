"""Of whom a goal or a rule asks something: everybody, a team, an agent or a channel that the shop knows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound, Problem, closest
from counterbell.metrics.query import Condition
from counterbell.record.models import Agent, Ticket

from .models import ScopeName


@dataclass(frozen=True)
class Scope:
    """The shop, or one team, agent or channel of it."""

    name: str = ScopeName.SHOP
    value: str = ""

    @property
    def where(self) -> tuple[Condition, ...]:
        """The filter that it is in a question."""
        return () if self.name == ScopeName.SHOP else (Condition(self.name, (self.value,)),)


WHOLE_SHOP = Scope()


def parse(text: str | None) -> Scope:
    """Read `team=care`, `agent=ann`, `channel=email`; nothing and `shop` are the whole shop. Raises Problem."""
    if not text or text == ScopeName.SHOP:
        return WHOLE_SHOP
    name, sign, value = text.partition("=")
    if not sign or name not in ScopeName.values or name == ScopeName.SHOP or not value.strip():
        raise Problem(_("'%(text)s' is no scope. Write shop, team=NAME, agent=ID or channel=NAME.") % {"text": text})
    return Scope(name, value.strip())


def of_shop(shop: Shop, scope: Scope) -> Scope:
    """The scope, if the shop has it. Raises NotFound with what there is."""
    if scope.name == ScopeName.SHOP:
        return WHOLE_SHOP
    if scope.name not in ScopeName.values:
        raise Problem(
            _("'%(text)s' is no scope. Write shop, team=NAME, agent=ID or channel=NAME.") % {"text": scope.name}
        )
    there = known(shop, scope.name)
    if scope.value in there:
        return scope
    told = {
        "value": scope.value, "close": closest(scope.value, there), "there": ", ".join(there[:20]) or _("none yet")
    }  # fmt: skip
    missing = {
        ScopeName.TEAM: _("There is no team '%(value)s' in this shop."),
        ScopeName.AGENT: _("There is no agent '%(value)s' in this shop."),
        ScopeName.CHANNEL: _("There is no channel '%(value)s' in this shop."),
    }[ScopeName(scope.name)]
    guess = _(" Did you mean '%(close)s'?") if told["close"] else ""
    raise NotFound((missing + guess + _(" There are: %(there)s.")) % told)


def known(shop: Shop, name: str) -> list[str]:
    """The teams, agents or channels of a shop, sorted."""
    match name:
        case ScopeName.TEAM:
            teams = Agent.objects.filter(shop=shop, team__isnull=False).values_list("team", flat=True)
            return sorted({team for team in teams if team})
        case ScopeName.AGENT:
            return sorted(Agent.objects.filter(shop=shop).values_list("external_id", flat=True))
        case ScopeName.CHANNEL:
            return sorted(Ticket.objects.filter(shop=shop).values_list("channel", flat=True).distinct())
    return []
