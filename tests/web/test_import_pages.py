"""Cleo drops a file in the browser: what it is, which column tells what, how far it is, what was refused."""

import gzip
import html
import io
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from counterbell.accounts.models import Shop
from counterbell.audit.models import Note
from counterbell.office import importing
from counterbell.office.kinds import KINDS
from counterbell.office.models import State, Upload
from counterbell.office.receiving import directory
from counterbell.record.entries import Entry
from counterbell.record.models import Ticket

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
TICKETS = "Id,Created,Opened by,Status,Closed at\n1,2025-03-03 09:00,Kim,solved,2025-03-03 10:00\n2,soon,Kim,open,\n"
CHOSEN = {
    "layout": "tickets", "ticket.id": "Id", "ticket.created_at": "Created", "ticket.status": "Status",
    "ticket.closed_at": "Closed at", "channel": "email", "time": "%Y-%m-%d %H:%M", "zone": "UTC",
}  # fmt: skip


def at(shop: Shop, place: str = "") -> str:
    return f"/shops/{shop.slug}/imports/{place}"


def log(count: int = 3, first: int = 0) -> bytes:
    tickets = [
        {"type": "ticket", "id": f"t{number}", "channel": "email", "created_at": "2025-03-03T09:00:00Z"}
        for number in range(first, first + count)
    ]
    return b"".join(json.dumps(ticket).encode() + b"\n" for ticket in tickets)


def send(client: Client, shop: Shop, content: bytes | str, name: str = "history.ndjson") -> Any:
    content = content.encode() if isinstance(content, str) else content
    return client.post(at(shop, "new/"), {"file": SimpleUploadedFile(name, content)})


def sent(client: Client, shop: Shop, content: bytes | str, name: str = "history.ndjson") -> Upload:
    answer = send(client, shop, content, name)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.filter(shop=shop).latest("pk")


def started(client: Client, upload: Upload, **chosen: str) -> Upload:
    assert client.post(at(upload.shop, f"{upload.pk}/start/"), chosen).status_code == 302
    upload.refresh_from_db()
    return upload


def read(upload: Upload) -> Upload:
    """Let the loop go around once; what other tests have left in the queue is no matter."""
    importing.run_due(datetime.now(UTC))
    upload.refresh_from_db()
    return upload


def test_a_log_goes_in_and_the_file_is_gone_afterwards(cleo: Client, anns_shop: Shop) -> None:
    upload = sent(cleo, anns_shop, log())
    assert "own log format" in cleo.get(at(anns_shop, f"{upload.pk}/")).content.decode()
    assert (directory() / upload.stored).exists()
    assert "history" not in upload.stored
    assert started(cleo, upload).state == State.QUEUED
    assert read(upload).state == State.DONE
    assert Ticket.objects.filter(shop=anns_shop).count() == 3
    assert not (directory() / upload.stored).exists()
    assert "New: 3" in cleo.get(at(anns_shop, f"{upload.pk}/")).content.decode()
    assert [note.what for note in Note.objects.filter(shop=anns_shop)] == ["import.started"]


def test_a_leads_file_does_not_set_the_shop_and_an_owners_does(cleo: Client, olga: Client, anns_shop: Shop) -> None:
    line = {"type": "shop", "timezone": "Asia/Tokyo", "currency": "JPY"}
    for client, zone in ((cleo, anns_shop.timezone), (olga, "Asia/Tokyo")):
        upload = read(started(client, sent(client, anns_shop, json.dumps(line).encode() + b"\n" + log())))
        anns_shop.refresh_from_db()
        assert (upload.state, anns_shop.timezone) == (State.DONE, zone)
    assert Ticket.objects.filter(shop=anns_shop).count() == 3


def test_the_same_file_again_changes_nothing(cleo: Client, anns_shop: Shop) -> None:
    for new in ("New: 3", "New: 0. Known before: 3"):
        upload = started(cleo, sent(cleo, anns_shop, log()))
        read(upload)
        assert new in cleo.get(at(anns_shop, f"{upload.pk}/")).content.decode()


def test_a_wrong_column_is_mended_and_the_refused_lines_are_read(cleo: Client, anns_shop: Shop) -> None:
    upload = sent(cleo, anns_shop, TICKETS, "tickets.csv")
    page = at(anns_shop, f"{upload.pk}/")
    assert "Of the first 2 rows, 1 can be read" in cleo.get(page).content.decode()
    wrong = cleo.post(f"{page}start/", CHOSEN | {"ticket.created_at": "Opened by", "check": ""}).content.decode()
    assert "Of the first 2 rows, 0 can be read" in wrong
    read(started(cleo, upload, **CHOSEN))
    text = cleo.get(page).content.decode()
    assert "Refused lines" in text
    assert "2,soon,Kim,open," in text
    french = html.unescape(cleo.get(page, headers={"Accept-Language": "fr"}).content.decode())
    assert "'soon' dans la colonne 'Created' ne correspond pas au format de date" in french
    lines = b"".join(cleo.get(f"{page}refused.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert lines.splitlines()[1].startswith("3,")
    (ticket,) = Ticket.objects.filter(shop=anns_shop)
    assert ticket.external_id == "1"


def test_a_mapping_without_what_it_needs_is_refused(cleo: Client, anns_shop: Shop) -> None:
    upload = sent(cleo, anns_shop, TICKETS, "tickets.csv")
    answer = cleo.post(at(anns_shop, f"{upload.pk}/start/"), CHOSEN | {"ticket.id": ""})
    assert answer.status_code == 400
    assert "Say which column tells this: Ticket" in answer.content.decode()


def test_a_workbook_goes_in(cleo: Client, anns_shop: Shop) -> None:
    book, saved = openpyxl.Workbook(), io.BytesIO()
    rows = book.worksheets[0]
    rows["A1"], rows["B1"], rows["A2"], rows["B2"] = "Id", "Created", 7, datetime(2025, 3, 3, 9)
    book.save(saved)
    upload = sent(cleo, anns_shop, saved.getvalue(), "tickets.xlsx")
    chosen = {**CHOSEN, "ticket.status": "", "ticket.closed_at": "", "time": "iso"}
    assert read(started(cleo, upload, **chosen)).state == State.DONE
    assert Ticket.objects.get(shop=anns_shop).external_id == "7"


@pytest.mark.parametrize(
    ("content", "source"),
    [
        (
            "Ticket id,Subject,Initial channel,Status,Creation date,Closed date,Assignee name\n"
            "1,Where,email,open,2025-03-03 09:00:00,,Ann\n",
            "gorgias",
        ),
        (
            "Name,Email,Financial Status,Currency,Total,Created at\n"
            "#1,kim@example.com,paid,EUR,50.00,2025-03-03 09:00:00 +0100\n",
            "shopify",
        ),
        (gzip.compress(log(), mtime=0), "log_file"),
    ],
    ids=["Gorgias", "Shopify", "packed log"],
)
def test_an_export_goes_in_as_what_it_is(cleo: Client, anns_shop: Shop, content: bytes | str, source: str) -> None:
    upload = sent(cleo, anns_shop, content, "export.csv")
    assert upload.source == source
    assert read(started(cleo, upload)).state == State.DONE, upload.error
    assert sum(upload.counts["new"].values()) > 0
    assert upload.counts["refused"] == {}


def test_a_web_page_that_is_called_csv_is_refused_with_a_word(cleo: Client, anns_shop: Shop) -> None:
    before = set(directory().iterdir())
    answer = send(cleo, anns_shop, "<!doctype html><title>Sign in</title>", "tickets.csv")
    assert answer.status_code == 400
    assert "is a web page" in answer.content.decode()
    assert set(directory().iterdir()) == before


class TestTheLimit:
    def test_200_megabytes_are_refused_before_they_are_read(self, cleo: Client, anns_shop: Shop) -> None:
        answer = cleo.generic(
            "POST", at(anns_shop, "new/"), b"", "multipart/form-data; boundary=x", CONTENT_LENGTH="209715200"
        )
        assert answer.status_code == 413
        assert "The file is larger than" in answer.content.decode()

    @override_settings(UPLOAD_BYTES=100_000)
    def test_what_tells_no_length_is_stopped_at_the_limit(self, cleo: Client, anns_shop: Shop) -> None:
        before = set(directory().iterdir())
        answer = send(cleo, anns_shop, b"x" * 150_000)
        assert answer.status_code == 413
        assert "The file is larger than" in answer.content.decode()
        assert set(directory().iterdir()) == before
        assert not Upload.objects.filter(shop=anns_shop).exists()

    def test_a_form_of_another_site_sends_nothing(self, cleo: Client, anns_shop: Shop) -> None:
        cleo.handler.enforce_csrf_checks = True
        assert send(cleo, anns_shop, log()).status_code == 403
        assert not Upload.objects.filter(shop=anns_shop).exists()


def test_only_owners_and_leads_take_files_in(
    olga: Client, cleo: Client, ann: Client, vic: Client, dan: Client, anns_shop: Shop
) -> None:
    upload = sent(olga, anns_shop, log())
    for place in ("", f"{upload.pk}/", f"{upload.pk}/progress/"):
        answers = [client.get(at(anns_shop, place)).status_code for client in (olga, cleo, ann, vic, dan)]
        assert answers == [200, 200, 403, 403, 404]
    assert send(vic, anns_shop, log()).status_code == 403


def test_a_file_of_another_shop_is_out_of_reach(cleo: Client, dan: Client, anns_shop: Shop, dans_shop: Shop) -> None:
    upload = sent(cleo, anns_shop, log())
    for place in ("", "progress/", "refused.csv"):
        assert dan.get(at(dans_shop, f"{upload.pk}/{place}")).status_code == 404
    assert dan.post(at(dans_shop, f"{upload.pk}/cancel/")).status_code == 404


class TestTheQueue:
    def test_of_one_shop_one_file_is_read_at_a_time(self, cleo: Client, anns_shop: Shop) -> None:
        first, second = (started(cleo, sent(cleo, anns_shop, log(first=place))) for place in (0, 10))
        assert claimed(anns_shop) == [first.pk]
        assert claimed(anns_shop) == []
        Upload.objects.filter(pk=first.pk).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        assert read(second).state == State.DONE
        first.refresh_from_db()
        assert first.state == State.DONE
        assert Ticket.objects.filter(shop=anns_shop).count() == 6

    def test_a_killed_import_goes_on_where_it_stopped(
        self, cleo: Client, anns_shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "A_BATCH", 10)
        upload = started(cleo, sent(cleo, anns_shop, log(35)))
        said = importing._say

        def killed(*told: Any) -> None:
            said(*told)
            if Ticket.objects.filter(shop=anns_shop).count() >= 20:
                raise KeyboardInterrupt

        monkeypatch.setattr(importing, "_say", killed)
        with pytest.raises(KeyboardInterrupt):
            importing.run_due(NOW)
        monkeypatch.setattr(importing, "_say", said)
        Upload.objects.filter(pk=upload.pk).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        assert read(upload).state == State.DONE
        assert Ticket.objects.filter(shop=anns_shop).count() == 35
        assert upload.counts["read"] == {"ticket": 35}

    def test_a_running_import_is_stopped_and_what_was_read_stays(
        self, cleo: Client, anns_shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "A_BATCH", 10)
        upload = started(cleo, sent(cleo, anns_shop, log(35)))
        said = importing._say

        def somebody_stops_it(*told: Any) -> None:
            said(*told)
            cleo.post(at(anns_shop, f"{upload.pk}/cancel/"))

        monkeypatch.setattr(importing, "_say", somebody_stops_it)
        assert read(upload).state == State.CANCELLED
        assert Ticket.objects.filter(shop=anns_shop).count() == 10
        assert not (directory() / upload.stored).exists()

    def test_a_file_that_waits_is_thrown_away(self, cleo: Client, anns_shop: Shop) -> None:
        upload = sent(cleo, anns_shop, log())
        cleo.post(at(anns_shop, f"{upload.pk}/cancel/"))
        assert read(upload).state == State.CANCELLED
        assert not (directory() / upload.stored).exists()

    def test_a_file_that_is_gone_is_said_to_be(self, cleo: Client, anns_shop: Shop) -> None:
        upload = started(cleo, sent(cleo, anns_shop, log()))
        (directory() / upload.stored).unlink()
        assert read(upload).state == State.FAILED
        assert "no longer there" in upload.error

    def test_what_nobody_starts_is_deleted_after_a_week(self, cleo: Client, anns_shop: Shop) -> None:
        upload = sent(cleo, anns_shop, log())
        os.utime(directory() / upload.stored, (0, 0))
        importing.run_due(datetime.now(UTC) + timedelta(days=6))
        assert (directory() / upload.stored).exists()
        importing.run_due(datetime.now(UTC) + timedelta(days=8))
        assert not (directory() / upload.stored).exists()
        upload.refresh_from_db()
        assert upload.state == State.CANCELLED


def claimed(shop: Shop) -> list[int]:
    """What a process may take now, of that shop."""
    found = importing._claimed(datetime.now(UTC))
    return [found.pk] if found and found.shop_id == shop.pk else []


def test_every_kind_of_entry_is_told_in_words() -> None:
    assert set(KINDS) == {each.__struct_config__.tag for each in get_args(Entry)} | {"unreadable"}
