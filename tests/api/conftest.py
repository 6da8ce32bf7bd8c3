"""Programs of Ann's shop and of Dan's."""

import json

import pytest
from api.programs_that_ask import program
from django.test import Client
from record.records import SHOP, take_in

from counterbell.accounts.models import Shop

LINES = [
    SHOP,
    {"type": "ticket", "id": "t1", "channel": "email", "created_at": "2025-03-03T09:00:00Z", "customer": "kim"},
    {"type": "message", "id": "m1", "ticket": "t1", "at": "2025-03-03T09:00:00Z", "by": "customer"},
    {"type": "message", "id": "m2", "ticket": "t1", "at": "2025-03-03T09:20:00Z", "by": "agent", "agent": "ann"},
    {"type": "status", "ticket": "t1", "at": "2025-03-03T10:00:00Z", "to": "closed", "agent": "ann"},
    *(
        {"type": "ticket", "id": f"c{day:02}", "channel": "chat", "created_at": f"2025-03-{day:02}T12:00:00Z"}
        for day in range(4, 29)
    ),
]
MARCH = {"from": "2025-03-01", "to": "2025-04-01"}


@pytest.fixture
def told(anns_shop: Shop) -> Shop:
    """Ann's shop with a month of tickets."""
    take_in(anns_shop, [json.loads(json.dumps(line)) for line in LINES])
    return anns_shop


@pytest.fixture
def reader(told: Shop) -> Client:
    return program(told, "read")


@pytest.fixture
def stranger(dans_shop: Shop) -> Client:
    return program(dans_shop, "read", "write", "admin")
