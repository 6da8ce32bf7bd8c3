"""The rules of a shop: written, put in order, switched on and off, and taken away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.record.models import Agent
from counterbell.record.sql import one_at_a_time

from .models import CONDITIONS, Assigning, AssignmentRule, Unassigned
from .unassigned import look_again, newest

MOST = 100


@dataclass(frozen=True)
class Wording:
    """What a rule says: its conditions by name (several values of one in lines), and who gets the tickets how."""

    name: str
    conditions: dict[str, str]
    pool_team: str = ""
    pool_agents: tuple[str, ...] = ()
    by_load: bool = False
    at_any_time: bool = False


def rules(shop: Shop) -> list[AssignmentRule]:
    """The rules of the shop in the order in which they are asked."""
    return list(AssignmentRule.objects.filter(shop=shop).order_by("position", "pk"))


def one(shop: Shop, number: int) -> AssignmentRule:
    """The rule of that number. Raises NotFound."""
    rule = AssignmentRule.objects.filter(shop=shop, pk=number).first()
    if rule is None:
        raise NotFound(_("There is no such rule."))
    return rule


@transaction.atomic
def keep(
    shop: Shop,
    wording: Wording,
    *,
    at: datetime,
    rule: AssignmentRule | None = None,
    by: User | None = None,
    switched_on: bool = False,
) -> AssignmentRule:
    """Write a rule, or write it anew; a new one is the last, and off unless it is to be `switched_on`.

    Raises Problem for one that cannot be.
    """
    _one_writer(shop)
    name = " ".join(wording.name.split())[:80]
    _can_be(shop, name, wording, rule)
    kept = rule or AssignmentRule(shop=shop, position=_last(shop) + 1)
    kept.name, kept.by_load, kept.at_any_time = name, wording.by_load, wording.at_any_time
    kept.pool_team, kept.pool_agents = wording.pool_team, [] if wording.pool_team else list(wording.pool_agents)
    for condition in CONDITIONS:
        setattr(kept, condition, _in_lines(wording.conditions.get(condition, "")))
    kept.save()
    trail.note(shop, by, "rule.changed" if rule else "rule.made", at=at, rule=name)
    look_again(shop, at)
    if switched_on:
        switch(kept, True, at=at, by=by)
    return kept


def _in_lines(values: str) -> str:
    """The values without blanks, each once."""
    return "\n".join(dict.fromkeys(value.strip() for value in values.split("\n") if value.strip()))


def _can_be(shop: Shop, name: str, wording: Wording, rule: AssignmentRule | None) -> None:
    others = AssignmentRule.objects.filter(shop=shop).exclude(pk=rule.pk if rule else 0)
    agents = Agent.objects.filter(shop=shop)
    if not name:
        raise Problem(_("A rule needs a name."))
    if others.filter(name=name).exists():
        raise Problem(_("There is a rule “%(name)s” already. Choose another name.") % {"name": name})
    if not rule and others.count() >= MOST:
        raise Problem(_("There are %(most)d rules already. Take one away first.") % {"most": MOST})
    if not wording.pool_team and not wording.pool_agents:
        raise Problem(_("Choose a team, or at least one person, who gets the tickets."))
    if wording.pool_team and not agents.filter(team=wording.pool_team).exists():
        raise NotFound(_("There is no team '%(team)s' in this shop.") % {"team": wording.pool_team})
    _known(wording.pool_agents, set(agents.values_list("external_id", flat=True)))


def _known(chosen: Iterable[str], agents: set[str]) -> None:
    for agent in chosen:
        if agent not in agents:
            raise NotFound(_("There is no agent '%(agent)s' in this shop.") % {"agent": agent})


def _last(shop: Shop) -> int:
    return AssignmentRule.objects.filter(shop=shop).aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def switch(rule: AssignmentRule, on: bool, *, at: datetime, by: User | None = None) -> bool:
    """Switch the rule on, from now, or off; returns whether it was otherwise. What came before stays as it is."""
    _one_writer(rule.shop)
    changed = AssignmentRule.objects.filter(pk=rule.pk, on_since__isnull=on).update(on_since=at if on else None) > 0
    rule.refresh_from_db()
    if changed:
        trail.note(rule.shop, by, "rule.on" if on else "rule.off", at=at, rule=rule.name)
    _begin_or_end(rule.shop, at)
    return changed


@transaction.atomic
def free_from_away(shop: Shop, wanted: bool, *, at: datetime, by: User | None = None) -> None:
    """Choose whether a customer's reply takes the ticket from an agent who is away."""
    _one_writer(shop)
    if wanted != frees_from_away(shop):
        trail.note(shop, by, "away.freed" if wanted else "away.kept", at=at)
    Assigning.objects.update_or_create(shop=shop, defaults={"frees_from_away": wanted})
    _begin_or_end(shop, at)


def frees_from_away(shop: Shop) -> bool:
    """Whether a customer's reply takes the ticket from an agent who is away."""
    return Assigning.objects.filter(shop=shop, frees_from_away=True).exists()


@transaction.atomic
def move_up(rule: AssignmentRule, *, at: datetime, by: User | None = None) -> None:
    """Let the rule be asked before the one that stood before it."""
    _one_writer(rule.shop)
    order = rules(rule.shop)
    place = [one.pk for one in order].index(rule.pk)
    if place:
        order[place - 1], order[place] = order[place], order[place - 1]
        trail.note(rule.shop, by, "rule.earlier", at=at, rule=rule.name)
    for position, each in enumerate(order, start=1):
        AssignmentRule.objects.filter(pk=each.pk).update(position=position)
    look_again(rule.shop, at)


@transaction.atomic
def forget(rule: AssignmentRule, *, at: datetime, by: User | None = None) -> None:
    """Take the rule away; what it has given stays."""
    _one_writer(rule.shop)
    rule.delete()
    trail.note(rule.shop, by, "rule.removed", at=at, rule=rule.name)
    _begin_or_end(rule.shop, at)


def _begin_or_end(shop: Shop, at: datetime) -> None:
    """Look at the record from here on, where the first is switched on; forget what waits, where the last is off."""
    assigning, _new = Assigning.objects.get_or_create(shop=shop)
    rule_is_on = AssignmentRule.objects.filter(shop=shop).exclude(on_since=None).exists()
    active = rule_is_on or assigning.frees_from_away
    if active and not assigning.active:
        assigning.seen = newest()
    assigning.active = active
    assigning.save(update_fields=["active", "seen"])
    if rule_is_on:
        look_again(shop, at)
    else:
        Unassigned.objects.filter(shop=shop).delete()


def _one_writer(shop: Shop) -> None:
    with connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
