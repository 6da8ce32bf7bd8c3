"""Prepared answers: kept, found, filled in, and counted when they are used."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.record.models import Agent, Ticket

from . import variables
from .acting import Acting
from .actions import assigning, prioritising, statuses, tagging
from .models import Macro, MacroUse
from .words import folded

LANGUAGES = ("en", "fr", "id")


def of_shop(shop: Shop, search: str = "") -> list[Macro]:
    """The macros in whose name or texts all these words are, the most used first."""
    wanted = folded(search).split()
    found = _of(shop).annotate(used=Count("uses")).order_by("-used", "name")
    return [one for one in found if all(word in folded(" ".join([one.name, *one.texts.values()])) for word in wanted)]


def one(shop: Shop, macro_id: int) -> Macro:
    """The macro of that number. Raises NotFound."""
    macro = _of(shop).select_related("made_by").filter(pk=macro_id).first()
    if macro is None:
        raise NotFound(_("There is no such macro."))
    return macro


def may_change(macro: Macro, membership: Membership) -> bool:
    """Whether the person may change it or take it away: one's own, and as a lead or an owner everybody's."""
    return membership.may(Role.LEAD) or membership.user_id == macro.made_by_id


def keep(
    shop: Shop,
    name: str,
    texts: Mapping[str, str],
    *,
    macro: Macro | None = None,
    tags: str = "",
    assign: bool = False,
    close: bool = False,
    priority: str = "",
    by: User | None = None,
    at: datetime,
) -> Macro:
    """Make a macro, or change one. Raises Problem where it has no name or text, or names an unknown variable."""
    what = "macro.changed" if macro else "macro.made"
    macro = macro or Macro(shop=shop, made_by=by)
    macro.name, macro.assign, macro.close = " ".join(name.split())[:80], assign, close
    macro.texts = {language: text.strip() for language, text in texts.items() if text.strip()}
    macro.tags, macro.priority = tagging.names(tags), " ".join(priority.split())[: prioritising.LONGEST]
    if not macro.name or not macro.texts:
        raise Problem(_("A macro needs a name and a text in at least one language."))
    _knows_its_variables(macro)
    try:
        with transaction.atomic():
            macro.save()
            trail.note(shop, by, what, at=at, macro=macro.name)
    except IntegrityError:
        raise Problem(_("There is a macro with the name '%(name)s' already.") % {"name": macro.name}) from None
    return macro


@transaction.atomic
def forget(macro: Macro, *, by: User | None = None, at: datetime) -> None:
    """Take a macro away, with the count of its uses; what was said with it stays in the record."""
    trail.note(macro.shop, by, "macro.removed", at=at, macro=macro.name)
    macro.delete()


def text_for(macro: Macro, ticket: Ticket, agent_id: str) -> str:
    """The macro in the customer's language (else the first it has), its variables filled in from the ticket."""
    agent = Agent.objects.filter(shop=ticket.shop_id, external_id=agent_id).first()
    language = language_of(macro, ticket)
    with translation.override(language):
        return variables.filled(macro.texts[language], variables.Situation(ticket, agent))


def language_of(macro: Macro, ticket: Ticket) -> str:
    """Which of the macro's languages suits the customer."""
    spoken = (ticket.language, ticket.customer.language if ticket.customer else None, *LANGUAGES)
    wanted = [language[:2].lower() for language in spoken if language]
    texts: dict[str, str] = macro.texts
    return next(language for language in [*wanted, *texts] if language in texts)


def nothing_left_open(text: str) -> None:
    """Raise Problem where a variable in the text has no value."""
    if missing := variables.left_open(text):
        told = {"variables": ", ".join(f"{{{{ {name} }}}}" for name in missing)}
        raise Problem(_("%(variables)s has no value here. Write it by hand or take it out.") % told)


def count_use(shop: Shop, macro_ids: Iterable[int], ticket: Ticket, message: str, at: datetime) -> None:
    """Remember that the macros went out with that message."""
    used = _of(shop).filter(pk__in=list(macro_ids))
    told = [MacroUse(macro=macro, ticket=ticket, message=message, used_at=at) for macro in used]
    MacroUse.objects.bulk_create(told, ignore_conflicts=True)


def act(ticket: Acting, macro_ids: Iterable[int]) -> None:
    """Do what the macros do beside what they say."""
    for macro in _of(ticket.shop).filter(pk__in=list(macro_ids)).order_by("pk"):
        if macro.tags:
            tagging.put_on(ticket, macro.tags)
        if macro.priority:
            prioritising.give(ticket, macro.priority)
        if macro.assign:
            assigning.assign(ticket, ticket.agent or "")
        if macro.close:
            statuses.change(ticket, "closed")


def _of(shop: Shop) -> QuerySet[Macro]:
    return Macro.objects.filter(shop=shop)


def _knows_its_variables(macro: Macro) -> None:
    for text in macro.texts.values():
        for name in variables.left_open(text):
            if name not in variables.VARIABLES:
                known = ", ".join(variables.VARIABLES)
                raise Problem(
                    _("There is no variable '%(name)s'. There are: %(known)s.") % {"name": name, "known": known}
                )
