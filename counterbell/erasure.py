"""The erasure of a person from everything that is kept: one verb, whoever asks for it.

The record blanks what it has of the person. A part that keeps more has a `forgetting.py` with
`forget(shop, customer_id)`, which is called before that, while it is still known who the person is.
"""

from django.db import connection, transaction

from counterbell.accounts.models import Shop
from counterbell.parts import modules
from counterbell.record.erase import erase
from counterbell.record.sql import one_at_a_time


@transaction.atomic
def erase_person(shop: Shop, customer_id: str) -> int:
    """Erase the person that this customer is, everywhere and for good; returns how many texts were blanked.

    Doing it twice is harmless. Raises NotFound for an id that is not there.
    """
    with connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)  # so that nothing is said to the person meanwhile
    for part in modules("forgetting"):
        part.forget(shop, customer_id)
    return erase(shop, customer_id)
