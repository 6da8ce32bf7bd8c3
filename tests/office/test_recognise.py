"""What a file is, whatever its name says; which column tells what, in three languages; how times are written."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.office.columns import guess, guess_layout
from counterbell.office.mapping import Choice, check, guess_time, guessed
from counterbell.office.recognise import recognise

GORGIAS = (
    "Ticket id,Subject,Initial channel,Status,Creation date,Closed date,Assignee name,Survey score\n1,,email,open,,,,\n"
)
SHOPIFY = "Name,Email,Financial Status,Paid at,Currency,Total,Created at\n#1,,paid,,EUR,5,\n"


def kept(tmp_path: Path, content: bytes | str, ending: str = "") -> Path:
    path = tmp_path / f"random{ending}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "source", "why"),
    [
        ('{"type": "shop", "timezone": "UTC", "currency": "EUR"}\n', "log_file", "log"),
        (gzip.compress(b'\n{"type": "agent", "id": "ann"}\n', mtime=0), "log_file", "log"),
        (GORGIAS, "gorgias", "gorgias"),
        ("\ufeff" + GORGIAS, "gorgias", "gorgias"),
        (SHOPIFY, "shopify", "shopify"),
        ("Id;Created;Status\n1;2025-03-03;open\n", "csv_file", "table"),
        (gzip.compress(b"Id\tCreated\n1\t2025-03-03\n", mtime=0), "csv_file", "table"),
    ],
)
def test_a_file_is_recognised_by_what_is_in_it(tmp_path: Path, content: bytes | str, source: str, why: str) -> None:
    found = recognise(kept(tmp_path, content), "dropped.txt")
    assert (found.source, found.why) == (source, why)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "“export.csv” is empty"),
        (b"\n\n  <!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
        (b"<HTML><table><tr><td>1</td></tr></table>", "is a web page"),
        (b"<?xml version='1.0'?><rows/>", "is XML"),
        (b"%PDF-1.7 ...", "is no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
        (b"From ann@example.com Mon Mar  3 09:00:00 2025\nSubject: a\n", "is a mailbox"),
        (b'[{"id": 1}]', "is JSON, but no log"),
        (b'{"type": "tweet"}', "is JSON, but no log"),
        (b"just a sentence\n", "has no columns"),
        (b"\x1f\x8b\x08\x00damaged", "is packed, and damaged"),
        (b"PK\x03\x04 not really", "is damaged"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_a_word_on_what_it_is(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    with pytest.raises(Problem, match=complaint):
        recognise(kept(tmp_path, content), "export.csv")


def test_an_archive_is_no_workbook(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tickets.csv", "id,created\n")
    with pytest.raises(Problem, match="is a ZIP archive"):
        recognise(kept(tmp_path, packed.getvalue(), ".xlsx"), "export.xlsx")


def test_encodings_and_delimiters_are_told_by_the_bytes(tmp_path: Path) -> None:
    french = "Numéro;Créé le;Statut\n1;03/03/2025 09:00;résolu\n"
    for encoding, told in (("utf-8", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")):
        sample = recognise(kept(tmp_path, french.encode(encoding)), "export.csv").sample
        assert (sample["form"]["encoding"], sample["form"]["delimiter"]) == (told, ";")
        assert sample["header"] == ["Numéro", "Créé le", "Statut"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (
            ["Numéro du ticket", "Créé le", "Canal", "Statut", "Date de clôture", "Agent assigné", "E-mail"],
            [
                "ticket.id",
                "ticket.created_at",
                "ticket.channel",
                "ticket.status",
                "ticket.closed_at",
                "ticket.assignee",
            ],
        ),
        (
            ["Nomor tiket", "Tanggal dibuat", "Saluran", "Status", "Ditutup pada", "Nama agen", "Surel"],
            [
                "ticket.id",
                "ticket.created_at",
                "ticket.channel",
                "ticket.status",
                "ticket.closed_at",
                "ticket.assignee",
            ],
        ),
        (
            [
                "Ticket id",
                "Creation date",
                "Initial channel",
                "Status",
                "Closed date",
                "Assignee name",
                "Customer email",
            ],
            [
                "ticket.id",
                "ticket.created_at",
                "ticket.channel",
                "ticket.status",
                "ticket.closed_at",
                "ticket.assignee",
            ],
        ),
        (
            ["ID", "Created at", "Via", "Status", "Solved at", "Assignee", "Requester email"],
            [
                "ticket.id",
                "ticket.created_at",
                "ticket.channel",
                "ticket.status",
                "ticket.closed_at",
                "ticket.assignee",
            ],
        ),
    ],
    ids=["French", "Indonesian", "Gorgias", "Zendesk"],
)
def test_columns_are_guessed_from_their_names(header: list[str], told: list[str]) -> None:
    assert guess_layout(header) == "tickets"
    assert guess("tickets", header) == dict(zip([*told, "customer.email"], header, strict=True))


def test_a_table_of_messages_is_told_by_its_columns() -> None:
    header = ["Conversation ID", "Message ID", "Sender type", "Sent at", "Body"]
    assert guess_layout(header) == "messages"
    assert set(guess("messages", header)) == {"ticket.id", "message.id", "message.by", "message.at", "message.text"}


@pytest.mark.parametrize(
    ("cells", "zone", "form"),
    [
        (["2025-03-03T09:00:00Z"], "UTC", "iso"),
        (["03/03/2025 09:00", "31/03/2025 09:00"], "America/New_York", "%d/%m/%Y %H:%M"),
        (["03/04/2025 09:00"], "Europe/Paris", "%d/%m/%Y %H:%M"),
        (["03/04/2025 09:00"], "America/New_York", "%m/%d/%Y %H:%M"),
        (["1740992400"], "UTC", "epoch seconds"),
    ],
)
def test_how_times_are_written_is_told_by_them(cells: list[str], zone: str, form: str) -> None:
    assert guess_time(cells, zone) == form


def test_the_first_rows_say_which_column_is_wrong(tmp_path: Path) -> None:
    table = "Id;Created;Opened by;Status;Closed\n1;03/03/2025 09:00;Kim;résolu;03/03/2025 10:00\n2;soon;Kim;open;\n"
    sample = recognise(kept(tmp_path, table), "export.csv").sample
    choice = guessed(Shop(timezone="Europe/Paris"), sample)
    assert choice.columns["ticket.created_at"] == "Created"
    (refusal,) = check(choice, sample).refused
    assert refusal[0] == 3
    wrong = Choice(choice.layout, choice.columns | {"ticket.created_at": "Opened by"}, choice.time, choice.zone)
    assert check(wrong, sample).good == 0


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    sample = recognise(kept(tmp_path, "Id,Created,Status\n1,2025-03-03,open\n"), "export.csv").sample
    for columns, complaint in (
        ({"ticket.id": "Id"}, "Say which column tells this: Created at"),
        ({"ticket.id": "Id", "ticket.created_at": "Created", "ticket.status": "Status"}, "when a ticket was closed"),
    ):
        with pytest.raises(Problem, match=complaint):
            check(Choice("tickets", columns), sample)
