"""The erasure of a person."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop


def command(
    customer: Annotated[str, typer.Argument(help="the customer's id, as in the export")],
    shop: Shop = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Erase a person: names, addresses and texts go for good; times and counts stay, so that metrics do."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.audit import trail
    from counterbell.erasure import erase_person
    from counterbell.formats import number

    chosen = the_shop(shop)
    if not yes:
        told = {"customer": customer, "shop": chosen.slug}
        typer.confirm(
            _("Erase the person that customer '%(customer)s' of shop '%(shop)s' is, for good?") % told, abort=True
        )
    blanked = erase_person(chosen, customer)
    trail.note(chosen, None, "person.erased", at=datetime.now(UTC), texts=blanked)
    print(_("The person is erased. Texts blanked: %(count)s.") % {"count": number(blanked)})
    print(_("Files of refused lines and your own exports are not touched."))
