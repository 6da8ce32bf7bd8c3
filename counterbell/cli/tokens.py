"""Tokens for programs that use the HTTP API."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop


def app() -> typer.Typer:
    """The commands about tokens."""
    commands = typer.Typer(help="Let programs in, by tokens, and take them back.", no_args_is_help=True)
    commands.command("list")(list_tokens)
    commands.command("make")(make_token)
    commands.command("revoke")(revoke_token)
    return commands


def list_tokens(shop: Shop = None) -> None:
    """List a shop's tokens and when each was last used."""
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console

    from counterbell.formats import NOTHING, moment

    from ._table import plain_table

    table = plain_table()
    for title in ("#", _("Name"), _("May"), _("Made"), _("Last used"), _("Revoked")):
        table.add_column(title)
    for token in the_shop(shop).api_tokens.order_by("pk"):
        times = (token.made_at, token.last_used_at, token.revoked_at)
        table.add_row(str(token.pk), token.name, ", ".join(token.scopes), *(moment(t) if t else NOTHING for t in times))
    Console().print(table)


def make_token(
    name: Annotated[str, typer.Argument(help="what will use it")],
    scope: Annotated[list[str] | None, typer.Option(help="read, write or admin; may be repeated")] = None,
    shop: Shop = None,
) -> None:
    """Make a token and print its secret, this once."""
    open_installation()
    from counterbell.accounts import tokens
    from counterbell.audit import trail

    chosen, now = the_shop(shop), datetime.now(UTC)
    token, secret = tokens.make(chosen, name, scope or ["read"], by=None, at=now)
    trail.note(chosen, None, "token.made", at=now, token=token.name, scopes=", ".join(token.scopes))
    print(secret)


def revoke_token(number: Annotated[int, typer.Argument(help="its number, from the list")], shop: Shop = None) -> None:
    """Take a token back; from now on it opens nothing."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.accounts import tokens
    from counterbell.audit import trail
    from counterbell.errors import NotFound

    chosen, now = the_shop(shop), datetime.now(UTC)
    if not tokens.revoke(chosen, number, at=now):
        raise NotFound(_("There is no good token with the number %(number)s.") % {"number": number})
    trail.note(chosen, None, "token.revoked", at=now, token=chosen.api_tokens.get(pk=number).name)
    print(_("The token is revoked."))
