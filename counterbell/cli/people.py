"""Who works for a shop and may sign in."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop

Email = Annotated[str, typer.Argument(help="the person's e-mail address")]


def app() -> typer.Typer:
    """The commands about people."""
    commands = typer.Typer(help="Let people in, with a role, and take them out.", no_args_is_help=True)
    commands.command("list")(list_people)
    commands.command("add")(add_person)
    commands.command("remove")(remove_person)
    return commands


def list_people(shop: Shop = None) -> None:
    """List who works for a shop."""
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console

    from ._table import plain_table

    chosen = the_shop(shop)
    table = plain_table()
    for title in (_("Address"), _("Name"), _("Role"), _("Agent")):
        table.add_column(title)
    for one in chosen.memberships.select_related("user").order_by("user__email"):
        table.add_row(one.user.email, one.user.name, one.get_role_display(), one.agent)
    Console().print(table)


def add_person(
    email: Email,
    role: Annotated[str, typer.Option(help="owner, lead, agent or viewer")] = "viewer",
    name: Annotated[str, typer.Option(help="as others read it")] = "",
    agent: Annotated[str, typer.Option(help="the id that the person's replies have in the record")] = "",
    shop: Shop = None,
) -> None:
    """Let a person in, or give one who is there another role.

    The password of somebody new comes from the environment (COUNTERBELL_PASSWORD) or is asked for; without one the
    person sets it by mail.
    """
    open_installation()
    from django.db import transaction
    from django.utils.translation import gettext as _

    from counterbell.accounts import people
    from counterbell.audit import trail

    from ._passwords import new_password

    chosen = the_shop(shop)
    given = people.role(role)
    password = "" if people.is_known(email) else new_password()
    now = datetime.now(UTC)
    with transaction.atomic():
        membership = people.add(chosen, email, given, at=now, name=name, agent=agent, password=password)
        trail.note(chosen, None, "person.added", at=now, person=membership.user.email, role=given.value)
        trail.note_revoked(chosen, None, membership.user, at=now)
    told = {"person": membership.user.email, "shop": chosen.slug, "role": membership.get_role_display()}
    print(_("%(person)s works for %(shop)s as %(role)s.") % told)


def remove_person(email: Email, shop: Shop = None) -> None:
    """Take a person out of a shop."""
    open_installation()
    from django.db import transaction
    from django.utils.translation import gettext as _

    from counterbell.accounts import people
    from counterbell.audit import trail

    chosen, now = the_shop(shop), datetime.now(UTC)
    with transaction.atomic():
        user = people.remove(chosen, email, at=now)
        trail.note(chosen, None, "person.removed", at=now, person=user.email)
        trail.note_revoked(chosen, None, user, at=now)
    print(_("%(person)s no longer works for %(shop)s.") % {"person": email, "shop": chosen.slug})
