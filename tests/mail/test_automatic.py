"""Mail that a machine wrote: told from people's, with a reason, and never answered by automation."""

import pytest
from mail.mails import mail, parts

from counterbell.mail.automatic import automatic, no_answer
from counterbell.mail.bounces import Failure, failure
from counterbell.mail.message import read

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.com>"
REPORT = """Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; kim@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user
"""
RETURNED = "Content-Type: text/rfc822-headers\n\nFrom: ann@shop.example\nMessage-ID: <42@shop.example>"


def report(action: str, status: str, **told: str) -> bytes:
    text, _kind = parts("Content-Type: text/plain\n\nSorry", REPORT.format(action=action, status=status), RETURNED)
    kind = 'multipart/report; report-type=delivery-status; boundary="limit"'
    return mail(text, kind=kind, **{"from": DAEMON, "return_path": "<>"} | told)


def test_a_report_tells_who_did_not_get_which_mail() -> None:
    assert failure(read(report("failed", "5.1.1"))) == Failure(
        ("kim@example.com",), True, "5.1.1", "550 5.1.1 No such user", "42@shop.example"
    )


def test_a_delay_is_no_bounce_yet() -> None:
    found = automatic(read(report("delayed", "4.4.1")))
    assert found is not None
    assert found.kind == "delay"
    assert found.reason == "A mail to kim@example.com is delayed."


def test_a_receipt_is_no_bounce() -> None:
    found = automatic(read(report("delivered", "2.0.0")))
    assert found is not None
    assert found.kind == "report"


def test_a_person_who_passes_a_report_on_is_no_server() -> None:
    raw = report("failed", "5.1.1", **{"from": "Kim <kim@example.com>", "return_path": "<kim@example.com>"})
    passed_on = raw.replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;")
    assert failure(read(passed_on)) is None


FREE = {
    "exim": (
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its recipients.\nThe following address(es) failed:\n\n  kim@example.com\n    "
        "550 5.1.1 User unknown\n\n------ This is a copy of the message, including all the headers. ------\n\n"
        "From: ann@shop.example\nMessage-ID: <42@shop.example>\n\nHello lou@example.com",
    ),
    "qmail": (
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your message to "
        "the following addresses.\n\n<kim@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <42@shop.example>\nTo: kim@example.com\n\nx",
    ),
    "exchange": (
        "Undeliverable: Your parcel",
        "Your message\n\n  To: Kim\n  Subject: Your parcel\n\ndid not reach the following recipient(s):\n\n"
        "kim@example.com on Mon, 5 Jan 2026\n    The recipient name is not recognized 5.1.1\n\nMessage-ID: "
        "<42@shop.example>",
    ),
}


@pytest.mark.parametrize("server", FREE)
def test_bounces_in_free_words_are_understood(server: str) -> None:
    subject, text = FREE[server]
    found = failure(read(mail(text, subject=subject, return_path="<>", **{"from": DAEMON})))
    assert found is not None
    assert (found.recipients, found.final, found.original_id) == (("kim@example.com",), True, "42@shop.example")


def test_a_customer_who_writes_of_failed_deliveries_is_no_server() -> None:
    raw = mail("The parcel could not be delivered, it was returned to sender.", subject="Delivery failed")
    assert automatic(read(raw)) is None


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"auto_submitted": "auto-replied"}, "auto_reply"),
        ({"auto_submitted": "auto-generated"}, "automatic"),
        ({"x_autoreply": "yes"}, "auto_reply"),
        ({"precedence": "auto_reply"}, "auto_reply"),
        ({"subject": "Automatic reply: Your parcel"}, "auto_reply"),
        ({"subject": "Réponse automatique : votre colis"}, "auto_reply"),
        ({"subject": "Balasan otomatis: paket Anda"}, "auto_reply"),
        ({"subject": "=?utf-8?q?Abwesenheitsnotiz=3A_Ihr_Paket?="}, "auto_reply"),
        ({"x_auto_response_suppress": "All", "return_path": "<>"}, "auto_reply"),
        ({"list_id": "News <news.example.com>"}, "list"),
        ({"precedence": "bulk"}, "list"),
        ({"return_path": "<>"}, "automatic"),
        ({"content_type": "multipart/report; report-type=feedback-report; boundary=x"}, "report"),
        ({"delivered_to": "ann@shop.example\nDelivered-To: ann@shop.example"}, "loop"),
        ({"received": "\nReceived: ".join(["from a by b; Mon, 05 Jan 2026 09:00:00 +0000"] * 60)}, "loop"),
        ({"x_loop": "ann@shop.example"}, "loop"),
        ({"auto_submitted": "no"}, None),
        ({"x_auto_response_suppress": "All"}, None),
        ({"subject": "Out of stock?"}, None),
        ({"subject": "On vacation next week, please deliver later"}, None),
        ({"subject": "Ausente en la entrega"}, None),
        ({"subject": "Abwesend am Liefertag"}, None),
        ({"subject": "Re: my automatic watch"}, None),
    ],
)
def test_each_kind_of_automatic_mail_is_told_from_what_people_write(told: dict[str, str], kind: str | None) -> None:
    found = automatic(read(mail(**told)), own={"ann@shop.example"})
    assert (found.kind if found else None) == kind
    if found:
        assert found.reason.endswith(".")


@pytest.mark.parametrize(
    "told",
    [
        {"from": "no-reply@example.com"},
        {"from": "Newsletter <newsletter@example.com>"},
        {"from": None},
        {"from": "ann@shop.example"},
        {"auto_submitted": "auto-replied"},
    ],
)
def test_automation_does_not_answer_machines_nobody_or_itself(told: dict[str, str | None]) -> None:
    assert no_answer(read(mail(**told)), own={"ann@shop.example"})


def test_automation_may_answer_a_person() -> None:
    assert no_answer(read(mail()), own={"ann@shop.example"}) is None
    assert no_answer(read(mail(**{"from": "no-reply@form.example", "reply_to": "kim@example.com"}))) is None
    assert no_answer(read(mail(**{"from": "noreen@example.com"}))) is None
