"""A long history costs no more memory than a short one: pages are read one at a time, and nothing of them is kept."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from record.records import SHOP, take_in

from counterbell.accounts.models import Shop
from counterbell.sources import _pages, source
from counterbell.sources._run import run
from counterbell.sources._stream import Stream

PER_PAGE = 50
PAGES = 6
KEPT_BY_PYTHON_BYTES = 200_000
"""So much at most Python keeps of what it has freed, to use it again; the pages that are more are 700 KB at least."""
AT = "2025-03-04T09:00:00+00:00"


def tickets_of_gorgias(number: int) -> dict[str, Any]:
    customer = {"id": number, "email": f"kim{number}@example.com", "name": "Kim"}
    message = {"id": number, "channel": "email", "from_agent": False, "created_datetime": AT, "body_text": "Hi " * 200}
    return {
        "id": number, "channel": "email", "status": "open", "created_datetime": AT, "customer": customer,
        "messages": [message],
    }  # fmt: skip


def tickets_of_zendesk(number: int) -> dict[str, Any]:
    return {
        "id": number, "created_at": AT, "requester_id": number, "status": "open", "via": {"channel": "email"},
        "subject": "Parcel", "description": "Hi " * 200,
    }  # fmt: skip


def conversations_of_chatwoot(number: int) -> dict[str, Any]:
    message = {"id": number, "message_type": 0, "content": "Hi " * 200, "created_at": 1741078800}
    return {
        "id": number, "created_at": 1741078800, "last_activity_at": 1741078800, "status": "open",
        "meta": {"sender": {"id": number, "email": f"kim{number}@example.com"}, "channel": "Channel::Email"},
        "all_messages": [message],
    }  # fmt: skip


def orders_of_shopify(number: int) -> dict[str, Any]:
    return {
        "id": number, "created_at": AT, "financial_status": "paid", "currency": "EUR", "total_price": "12.50",
        "email": f"kim{number}@example.com", "line_items": [{"title": "Candle " * 30}] * 3,
    }  # fmt: skip


def orders_of_woocommerce(number: int) -> dict[str, Any]:
    billing = {"email": f"kim{number}@example.com"}
    return {
        "id": number, "date_created_gmt": "2025-03-04T09:00:00", "status": "completed", "currency": "EUR",
        "total": "12.50", "billing": billing, "line_items": [{"name": "Candle " * 30}] * 3,
    }  # fmt: skip


MADE = {
    "gorgias": ("tickets", tickets_of_gorgias),
    "zendesk": ("tickets", tickets_of_zendesk),
    "chatwoot": ("conversations", conversations_of_chatwoot),
    "shopify": ("orders", orders_of_shopify),
    "woocommerce": ("orders", orders_of_woocommerce),
}


def pages(folder: Path, name: str, count: int) -> Stream:
    """So many saved pages of a source, to be written in small batches."""
    kind, made = MADE[name]
    folder.mkdir()
    for page in range(count):
        listed = [made(page * PER_PAGE + place + 1) for place in range(PER_PAGE)]
        (folder / f"{kind}-{page}.json").write_text(json.dumps({"data": listed}))
    told = source(name).stream(folder=folder)
    return Stream(**{**vars(told), "batch": PER_PAGE})


def peak_bytes(stream: Stream, name: str) -> int:
    """The most memory that Python held while the stream was written, beyond what it held before."""
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, [SHOP])
    tracemalloc.start()
    outcome = run(shop, name, stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.summary.refused.total() == 0
    assert outcome.summary.new.total() > 0
    return peak


@pytest.mark.one_variant
@pytest.mark.parametrize("name", MADE)
def test_four_times_the_pages_need_no_more_memory(
    name: str, sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_pages, "REMEMBERED", PER_PAGE)
    peak_bytes(pages(tmp_path / "first", name, 1), name)  # what is imported and cached once
    few, many = (peak_bytes(pages(tmp_path / str(count), name, count), name) for count in (PAGES, 4 * PAGES))
    assert many < few + KEPT_BY_PYTHON_BYTES


def test_pages_are_opened_one_at_a_time_and_when_their_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    bodies = _pages._bodies

    def counted(path: Path) -> Iterator[bytes]:
        opened.append(path.name)
        return bodies(path)

    monkeypatch.setattr(_pages, "_bodies", counted)
    for line, (number, _entry) in enumerate(pages(tmp_path / "pages", "zendesk", 4).entries(0)):
        assert len(opened) == number == line // PER_PAGE + 1
    assert opened == [f"tickets-{page}.json" for page in range(4)]
