"""What the outbox forgets as a person is erased."""

from counterbell.accounts.models import Shop
from counterbell.record.erase import addresses_of

from . import outbox


def forget(shop: Shop, customer_id: str) -> None:
    """Forget what waits for the person's addresses, and of what was sent to them all but that it was."""
    for address in addresses_of(shop, customer_id):
        outbox.forget_address(shop, address)
