"""The rules by which tickets are given to people: listed in their order, written, switched on and off."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods, require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.desk import folders
from counterbell.desk.actor import actor_of
from counterbell.desk.names import Names, priorities
from counterbell.desk.rules import keeping
from counterbell.desk.rules.models import CONDITIONS, AssignmentRule
from counterbell.desk.rules.staff import people
from counterbell.desk.rules.wording import in_words
from counterbell.desk.standing import standing
from counterbell.errors import Problem
from counterbell.words import CHANNELS

from . import asked

FIELDS = (
    ("channel", later("Channel")),
    ("tag", later("Tag")),
    ("intent", later("Intent")),
    ("team", later("Team of the ticket")),
    ("language", later("Language")),
    ("priority", later("Priority")),
    ("store", later("Store")),
)
"""The conditions of a rule in the order of the form."""
TICKED = ("channel", "team", "priority")
"""Conditions of which the values are ticked; those of the others are typed, with commas between."""


@shop_view(least=Role.LEAD)
@require_http_methods(["GET", "POST"])
def page(request: ShopRequest) -> HttpResponse:
    """All rules in their order, and what happens with tickets of people who are away."""
    if request.method == "POST":
        keeping.free_from_away(request.shop, "frees" in request.POST, at=asked.now(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("inbox_rules", request.shop.slug)
    names = Names(request.shop)
    told = [(rule, *in_words(rule, names)) for rule in keeping.rules(request.shop)]
    return render(request, "desk/rules.html", {"rules": told, "frees": keeping.frees_from_away(request.shop)})


@shop_view(least=Role.LEAD)
@require_POST
def do(request: ShopRequest, number: int) -> HttpResponse:
    """Switch a rule on or off, ask it earlier, or take it away."""
    rule, wanted = keeping.one(request.shop, number), request.POST.get("do")
    told: dict[str, Any] = {"at": asked.now(), "by": request.user}
    if wanted in ("on", "off"):
        keeping.switch(rule, wanted == "on", **told)
    elif wanted == "up":
        keeping.move_up(rule, **told)
    elif wanted == "forget":
        keeping.forget(rule, **told)
    return redirect("inbox_rules", request.shop.slug)


@shop_view(least=Role.LEAD)
@require_http_methods(["GET", "POST"])
def one(request: ShopRequest, number: int = 0) -> HttpResponse:
    """A rule to change, or a new one, which is switched on at once."""
    rule = keeping.one(request.shop, number) if number else None
    if request.method == "GET":
        return _form(request, _of(rule or AssignmentRule()), rule)
    wording = _said(request)
    try:
        told: dict[str, Any] = {"at": asked.now(), "by": request.user, "switched_on": rule is None}
        keeping.keep(request.shop, wording, rule=rule, **told)
    except Problem as problem:
        return _form(request, wording, rule, problem=str(problem))
    return redirect("inbox_rules", request.shop.slug)


def _of(rule: AssignmentRule) -> keeping.Wording:
    conditions = {name: getattr(rule, name) for name in CONDITIONS}
    agents = tuple(rule.pool_agents)
    return keeping.Wording(rule.name, conditions, rule.pool_team, agents, rule.by_load, rule.at_any_time)


def _said(request: ShopRequest) -> keeping.Wording:
    told, chosen = request.POST, asked.numbers(request.POST.getlist("person"))
    return keeping.Wording(
        asked.said(told, "name", 200),
        {name: _values(request, name) for name in CONDITIONS},
        asked.said(told, "pool_team", 200),
        tuple(actor_of(one).agent for one in people(request.shop) if one.pk in chosen),
        told.get("way") == "load",
        "at_any_time" in told,
    )


def _values(request: ShopRequest, name: str) -> str:
    """What was ticked or typed of a condition, in lines."""
    return "\n".join(request.POST.getlist(name) if name in TICKED else asked.said(request.POST, name, 400).split(","))


def _form(
    request: ShopRequest, wording: keeping.Wording, rule: AssignmentRule | None, *, problem: str = ""
) -> HttpResponse:
    names, now = Names(request.shop), asked.now()
    known = folders.choices(standing(request.shop, now))
    offered: dict[str, list[tuple[str, str]]] = {name: [(value, value) for value, _n in known[name]] for name in known}
    offered["channel"] = [
        (value, names.channel(value)) for value in dict.fromkeys([*CHANNELS, *dict(known["channel"])])
    ]
    offered["priority"] = names.of_priorities(priorities(dict(known["priority"])))
    offered["team"] = [(team, team) for team in names.teams]
    values = {name: list(filter(None, wording.conditions.get(name, "").split("\n"))) for name, _title in FIELDS}
    told: dict[str, Any] = {
        "rule": rule,
        "wording": wording,
        "conditions": [
            (name, title, ", ".join(value.strip() for value in values[name]), offered.get(name, []))
            for name, title in FIELDS
            if name not in TICKED
        ],
        "ticked": [(name, title, _ticked(values[name], offered[name])) for name, title in FIELDS if name in TICKED],
        "people": [(one, bool(one.agent) and one.agent in wording.pool_agents) for one in people(request.shop)],
        "teams": names.teams,
        "problem": problem,
    }
    return render(request, "desk/rule.html", told, status=400 if problem else 200)


def _ticked(chosen: list[str], offered: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """What can be ticked: also what was chosen once and is offered no more."""
    every = dict(offered) | {value: value for value in chosen if value not in dict(offered)}
    return [(value, text, value in chosen) for value, text in every.items()]
