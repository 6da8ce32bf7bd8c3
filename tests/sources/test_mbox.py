"""A support mailbox as history: who is who, what is a ticket, and figures worked out by hand."""

import gzip
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from mail.mails import mail, parts
from metrics.reports import report
from record.records import SHOP, content, take_in

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.sources import mbox
from counterbell.sources._files import BrokenFile
from counterbell.sources._run import Outcome, run

OWN = ["help@shop.example,ben@shop.example"]
ANN, KIM, LOU = "Ann <help@shop.example>", "Kim <kim@example.com>", "Lou <lou@example.com>"


def on(day: int, time: str) -> str:
    """A Date field of January 2026."""
    return f"{day:02} Jan 2026 {time}:00 +0000"


def written(number: str, at: str, sender: str, to: str, /, text: str = "Hello", **told: Any) -> bytes:
    """A mail with the Message-ID <number@x>."""
    return mail(text, message_id=f"<{number}@x>", date=at, to=to, **{"from": sender} | told)


def answering(*numbers: str) -> dict[str, str]:
    """The fields of a mail that answers these, the last one directly."""
    told = [f"<{number}@x>" for number in numbers]
    return {"references": " ".join(told), "in_reply_to": told[-1]}


BOUNCE, BOUNCE_KIND = parts(
    "Content-Type: text/plain\n\nSorry",
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; lou@example.com\n"
    "Action: failed\nStatus: 5.1.1",
    "Content-Type: text/rfc822-headers\n\nMessage-ID: <out1@x>",
    kind="report; report-type=delivery-status",
)

ANSWER = "On its way.\n\nOn 5 Jan 2026 Kim <kim@example.com> wrote:\n\n> Hello?"

HISTORY = [
    # Kim asks at 9:00, writes again at 9:30, Ann answers at 10:00, Kim thanks at 11:00, Ben answers at 11:30
    written("kim1", on(5, "09:00"), KIM, ANN, "Where is it?", subject="My parcel"),
    written("kim2", on(5, "09:30"), KIM, ANN, "Hello?", **answering("kim1")),
    written("ann1", on(5, "10:00"), ANN, KIM, ANSWER, **answering("kim1", "kim2")),
    written("auto1", on(5, "10:01"), KIM, ANN, "I am away", auto_submitted="auto-replied", **answering("ann1")),
    written("kim3", on(5, "11:00"), "Kim Example <kim@example.com>", ANN, "Thank you!", **answering("kim2", "ann1")),
    written("ben1", on(5, "11:30"), "Ben <ben@shop.example>", KIM, "You are welcome.", **answering("kim1", "kim3")),
    written("note1", on(5, "11:31"), "Ben <ben@shop.example>", ANN, "A nice one.", **answering("ben1")),
    # the same subject, but another ticket; the shop's responder answers at once, Ann after two hours
    written("lou1", on(6, "09:00"), LOU, ANN, "Mine too", subject="My parcel"),
    written("auto2", on(6, "09:00"), ANN, LOU, "We have it.", auto_submitted="auto-replied", **answering("lou1")),
    written("ann2", on(6, "11:00"), ANN, LOU, "It is here.", **answering("lou1")),
    # Ann writes first; her mail bounces, and Lou's second address answers
    written("out1", on(7, "09:00"), ANN, LOU, "About your order", subject="Your order"),
    written("bounce1", on(7, "09:01"), "Mail System <MAILER-DAEMON@mx.example>", ANN, BOUNCE, kind=BOUNCE_KIND),
    written("lou2", on(7, "10:00"), "lou@other.example", ANN, "Yes?", **answering("out1")),
    # a form on the site, and what nobody has to answer
    written("form1", on(8, "09:00"), "Shop <no-reply@forms.example>", ANN, "A question", reply_to="mia@example.com"),
    written("news1", on(8, "10:00"), "News <news@example.org>", ANN, "Buy!", list_unsubscribe="<https://x.example>"),
    written("order1", on(8, "11:00"), ANN, "noa@example.com", "Your order 12", auto_submitted="auto-generated"),
    written("noa1", on(8, "12:00"), "noa@example.com", ANN, "Wrong size", **answering("order1")),
]  # fmt: skip


def mbox_file(path: Path, mails: Iterable[bytes]) -> Path:
    """The mails in an mbox file, with their lines that begin with From quoted."""
    with path.open("wb") as file:
        for one in mails:
            quoted = b"\n".join(b">" + line if line.startswith(b"From ") else line for line in one.split(b"\n"))
            file.write(b"From kim@example.com Mon Jan  5 12:00:00 2026\n" + quoted.rstrip(b"\n") + b"\n\n")
    return path


def new_shop() -> Shop:
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, [SHOP])
    return shop


def taken(path: Path, shop: Shop | None = None, own: list[str] = OWN) -> tuple[Shop, Outcome]:
    shop = shop or new_shop()
    return shop, run(shop, "mbox", mbox.stream(path, own))


def told(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    return content(shop)


def test_threads_are_tickets_with_the_figures_worked_out_by_hand(sqlite: Path, tmp_path: Path) -> None:
    shop, outcome = taken(mbox_file(tmp_path / "support.mbox", HISTORY))
    asked = report(shop, date(2026, 1, 1), date(2026, 2, 1), as_of=datetime(2026, 2, 1, tzinfo=UTC))
    figures = asked.total.metrics
    # Kim's, Lou's, Ann's to Lou, Mia's and Noa's; nothing closes them
    assert figures["tickets_created"] == 5
    assert figures["unresolved_tickets"] == 5
    # Kim 9:00 to 10:00 and 11:00 to 11:30, Lou 9:00 to 11:00; the vacation note starts no wait
    assert figures["response_time"]["n"] == 3
    assert figures["response_time"]["mean"] == (3600 + 1800 + 7200) / 3
    assert figures["first_response_time"]["n"] == 2
    assert figures["first_response_time"]["mean"] == (3600 + 7200) / 2
    assert figures["first_response_time_any"]["mean"] == (3600 + 0) / 2
    assert outcome.summary.refused.total() == 0
    assert outcome.oddities == {
        ("mail left out, no person wrote before it", "list"): 1,
        ("mail left out, no person wrote before it", "automatic"): 1,
    }


def test_who_wrote_what_is_decided_by_the_table(sqlite: Path, tmp_path: Path) -> None:
    shop, _outcome = taken(mbox_file(tmp_path / "support.mbox", HISTORY))
    found = told(shop)
    said = {row[-1]: row[3:6] for row in found["Message"]}
    by = {name: number for number, name in enumerate(("customer", "automation", "agent"), 1)}
    assert said["On its way."] == (by["agent"], "mbox:help@shop.example", True)
    assert said["A nice one."] == (by["agent"], "mbox:ben@shop.example", False)
    assert said["I am away"] == (by["automation"], None, False)
    assert said["We have it."] == (by["automation"], None, True)
    assert said["Sorry"] == (by["automation"], None, False)
    assert said["A question"] == (by["customer"], None, True)
    assert "Buy!" not in said
    assert sorted((email, name) for _id, email, _phone, name, *_ in found["Customer"]) == [
        ("kim@example.com", "Kim Example"),  # as she called herself last
        ("lou@example.com", "Lou"),
        ("mia@example.com", None),
        ("noa@example.com", None),
    ]
    assert sorted(email for _id, _name, email, _team in found["Agent"]) == ["ben@shop.example", "help@shop.example"]
    outbound = [subject for _id, _channel, _at, _customer, outbound, subject, *_ in found["Ticket"] if outbound]
    assert outbound == ["Your order"]
    assert not any("example" in row[0] for table in ("Customer", "Ticket", "Message") for row in found[table])


def test_another_order_gives_the_same_record(sqlite: Path, tmp_path: Path) -> None:
    shop, _outcome = taken(mbox_file(tmp_path / "a.mbox", HISTORY))
    shuffled = random.Random(7).sample(HISTORY, len(HISTORY))
    assert told(taken(mbox_file(tmp_path / "b.mbox", shuffled))[0]) == told(shop)
    assert told(taken(mbox_file(tmp_path / "c.mbox", reversed(HISTORY)))[0]) == told(shop)


def test_a_mailbox_that_has_grown_adds_what_is_new(sqlite: Path, tmp_path: Path) -> None:
    whole, _outcome = taken(mbox_file(tmp_path / "whole.mbox", HISTORY))
    for length in range(1, len(HISTORY), 5):
        shop, _outcome = taken(mbox_file(tmp_path / "a.mbox", HISTORY[:length]))
        taken(mbox_file(tmp_path / "a.mbox", HISTORY), shop)
        assert told(shop) == told(whole)


def test_two_halves_one_after_the_other_give_the_same_record(sqlite: Path, tmp_path: Path) -> None:
    whole, _outcome = taken(mbox_file(tmp_path / "whole.mbox", HISTORY))
    shop, _outcome = taken(mbox_file(tmp_path / "a.mbox", HISTORY[:7]))
    taken(mbox_file(tmp_path / "b.mbox", HISTORY[7:]), shop)
    assert told(shop) == told(whole)


def test_an_import_that_breaks_off_goes_on_there(sqlite: Path, tmp_path: Path) -> None:
    path = mbox_file(tmp_path / "a.mbox", HISTORY)
    entries = list(mbox.stream(path, OWN).entries(0))
    for place in range(len(HISTORY) + 1):
        assert list(mbox.stream(path, OWN).entries(place)) == [one for one in entries if one[0] > place]


def test_a_maildir_eml_files_and_a_packed_mbox_say_the_same(sqlite: Path, tmp_path: Path) -> None:
    shop, _outcome = taken(mbox_file(tmp_path / "a.mbox", HISTORY))
    packed = tmp_path / "a.mbox.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.mbox").read_bytes()))
    maildir, letters = tmp_path / "Maildir", tmp_path / "letters"
    for folder in (maildir / "cur", maildir / ".Sent" / "new", maildir / "tmp", letters / "sent"):
        folder.mkdir(parents=True)
    for number, one in enumerate(HISTORY):
        place = maildir / "cur" if number % 2 else maildir / ".Sent" / "new"
        (place / f"17675{number:05}.M{number}.host:2,S").write_bytes(one)
        (letters / "sent" / f"{number}.eml").write_bytes(one.replace(b"\n", b"\r\n"))
    (maildir / "tmp" / "half").write_bytes(HISTORY[0][:100])
    (letters / "notes.txt").write_bytes(b"not a mail")
    for path in (packed, maildir, letters):
        assert told(taken(path)[0]) == told(shop)


def test_a_mail_in_two_folders_is_one_message(sqlite: Path, tmp_path: Path) -> None:
    once, _outcome = taken(mbox_file(tmp_path / "a.mbox", HISTORY))
    twice, outcome = taken(mbox_file(tmp_path / "b.mbox", [*HISTORY, *HISTORY[:3]]))
    assert told(twice) == told(once)
    assert outcome.oddities["mail left out", "the same Message-ID again"] == 3


def test_a_mail_without_an_id_or_a_time_is_still_taken_in_where_it_can_be(sqlite: Path, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "1.eml").write_bytes(mail("No id", message_id=None))
    (folder / "2.eml").write_bytes(mail("No time", date=None))
    shop, outcome = taken(folder)
    assert [row[-1] for row in told(shop)["Message"]] == ["No id"]
    assert [refusal.reason for refusal in outcome.examples] == ["The mail tells no time."]
    assert told(taken(folder)[0]) == told(shop)


def test_a_line_in_the_text_that_begins_with_from_is_no_new_mail(sqlite: Path, tmp_path: Path) -> None:
    shop, _outcome = taken(mbox_file(tmp_path / "a.mbox", [mail("Hi\n\nFrom here to there\n\nFrom Ann Mon Jan 5")]))
    assert [row[-1] for row in told(shop)["Message"]] == ["Hi\n\nFrom here to there\n\nFrom Ann Mon Jan 5"]


def test_a_group_of_the_shops_own_passes_customers_mail_on(sqlite: Path, tmp_path: Path) -> None:
    through = mail(
        "Hello",
        list_id="<help.shop.example>",
        x_original_from="Kim <kim@example.com>",
        precedence="list",
        **{"from": "'Kim' via Help <help@shop.example>"},
    )
    shop, _outcome = taken(mbox_file(tmp_path / "a.mbox", [through]))
    assert [row[1] for row in told(shop)["Customer"]] == ["kim@example.com"]


def test_a_file_that_is_cut_off_gives_what_is_there_and_says_so(sqlite: Path, tmp_path: Path) -> None:
    whole = gzip.compress(mbox_file(tmp_path / "a.mbox", random.Random(1).choices(HISTORY, k=3000)).read_bytes())
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    shop, outcome = taken(tmp_path / "cut.gz")
    assert outcome.broken is not None
    assert told(shop)["Message"]


def test_a_whole_domain_can_be_the_shops_own(sqlite: Path, tmp_path: Path) -> None:
    by_address, _outcome = taken(mbox_file(tmp_path / "a.mbox", HISTORY))
    by_domain, _outcome = taken(tmp_path / "a.mbox", own=["@Shop.example"])
    assert told(by_domain) == told(by_address)


@pytest.mark.parametrize("own", [["help"], [","], ["@"], ["help@"]])
def test_what_is_no_address_of_the_shops_own_is_refused_with_an_example(own: list[str], tmp_path: Path) -> None:
    with pytest.raises(Problem, match="such as --own"):
        mbox.stream(mbox_file(tmp_path / "a.mbox", HISTORY), own)


def test_a_mailbox_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="no-such-file"):
        mbox.stream(tmp_path / "no-such-file", OWN)


def test_mails_of_any_bytes_do_not_stop_it(sqlite: Path, tmp_path: Path) -> None:
    chance = random.Random(3)
    rubbish = [chance.randbytes(300) for _ in range(50)] + [
        b"From: \xff\nDate: never\n\n\x00",
        b"\n",
        b"Content-Type: x",
    ]
    shop, outcome = taken(mbox_file(tmp_path / "a.mbox", [*rubbish, *HISTORY]))
    assert outcome.broken is None
    assert len(told(shop)["Ticket"]) >= 5
