"""The erasure of a person from everything that is kept: one verb, whoever asks for it.

The record blanks what it has of the person. A part that keeps more has a `forgetting.py` with
`forget(shop, customer_id)`, which is called before that, while it is still known who the person is.
"""

from django.db import transaction

from counterbell.accounts.models import Shop
from counterbell.parts import modules
from counterbell.record.erase import erase


@transaction.atomic
def erase_person(shop: Shop, customer_id: str) -> int:
    """Erase the person that this customer is, everywhere and for good; returns how many texts were blanked.

    Doing it twice is harmless. Raises NotFound for an id that is not there.
    """
    for part in modules("forgetting"):
        part.forget(shop, customer_id)
    return erase(shop, customer_id)
