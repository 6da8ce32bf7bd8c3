"""Reading a mail: whatever the bytes, there is a message, and it says what could not be read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail.mails import mail, parts

from counterbell.mail.headers import Address, addresses
from counterbell.mail.message import Mail, read, read_header


def test_a_plain_mail_says_who_wrote_what_and_when() -> None:
    told = read(mail("Hello Ann,\r\nwhere is it?", cc="Ben <ben@shop.example>, lou@example.com"))
    assert told.author == Address("kim@example.com", "Kim")
    assert told.recipients == (
        Address("ann@shop.example", "Ann"),
        Address("ben@shop.example", "Ben"),
        Address("lou@example.com"),
    )
    assert told.subject == "Where is my parcel?"
    assert told.at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert told.text == "Hello Ann,\nwhere is it?"
    assert told.id == "1@example.com"
    assert told.unread == ()


def test_the_header_alone_says_the_same() -> None:
    raw = mail("x" * 1000, references="<a@x> <b@x>", in_reply_to="<b@x>")
    whole, header = read(raw), read_header(raw)
    for name in ("id", "sender", "to", "at", "subject", "parents", "size", "unread"):
        assert getattr(whole, name) == getattr(header, name)


def test_parents_are_the_mails_that_it_answers_the_oldest_first() -> None:
    told = read(mail(references="<a@x>\n <b@x> <a@x>", in_reply_to="Kim's message of Monday <c@x>"))
    assert told.parents == ("a@x", "b@x", "c@x")


def test_a_mail_without_an_id_gets_the_same_one_each_time() -> None:
    raw = mail(message_id=None)
    assert read(raw).id == read(raw.replace(b"\n", b"\r\n")).id
    assert not read(raw).has_own_id
    assert read(raw).id != read(mail("Other", message_id=None)).id


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?utf-8?q?Caf=C3=A9?= =?utf-8?q?_cr=C3=A8me?=", "Café crème"),
        ("=?utf-8?b?Q2Fmw6k=?=", "Café"),
        ("=?iso-8859-1?q?Caf=E9?= is closed", "Café is closed"),
        ("=?utf-8?b?Q?= there", "=?utf-8?b?Q?= there"),
        ("=?x-nothing?q?abc?=", "abc"),
        ("Café", "Café"),
        ("in two\n lines", "in two lines"),
    ],
)
def test_subjects_are_decoded_as_far_as_they_can_be(written: str, subject: str) -> None:
    assert read(mail(subject=written)).subject == subject


def test_a_subject_in_bytes_of_the_texts_charset_is_read_by_it() -> None:
    raw = mail("x", kind="text/plain; charset=iso-8859-2", subject="P\udcf8es")
    assert read(raw).subject == "Přes"


@pytest.mark.parametrize(
    ("written", "emails"),
    [
        ('"Smith, Ann" <Ann@Shop.example>, ben@x.example (Ben)', ["ann@shop.example", "ben@x.example"]),
        ("Team: a@b.c, D <d@e.f>;, <x@y.z>", ["a@b.c", "d@e.f", "x@y.z"]),
        ("=?utf-8?q?M=C3=A9l,_B?= <m@b.c>", ["m@b.c"]),
        ("<<a@b.c>>", ["a@b.c"]),
        ("a@b.c; d@e.f g@h.i", ["a@b.c", "d@e.f", "g@h.i"]),
        ('"unfinished <a@b.c>', ["a@b.c"]),
        ("Kim <kim at x>", []),
        ("undisclosed-recipients:;", []),
        ("((((" * 5000 + '"' * 999, []),
    ],
)
def test_addresses_are_found_however_they_are_written(written: str, emails: list[str]) -> None:
    assert [one.email for one in addresses([written])] == emails


def test_names_keep_what_was_meant() -> None:
    assert addresses(["=?utf-8?q?M=C3=A9l,_B?= <m@b.c>"])[0].name == "Mél, B"
    assert addresses(["kim@x.example <kim@x.example>"])[0].name == ""


def test_of_two_ways_to_say_it_the_plain_one_is_read_and_the_html_kept() -> None:
    text, kind = parts(
        "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>rich</p>", kind="alternative"
    )
    told = read(mail(text, kind=kind))
    assert told.text == "plain"
    assert told.html is not None
    assert "rich" in told.html


def test_html_alone_is_turned_into_text() -> None:
    told = read(mail("<style>p{}</style><p>Hello <b>Ann</b></p><p>Bye</p>", kind="text/html"))
    assert told.text == "Hello Ann\n\nBye"


def test_attachments_have_safe_names_and_pictures_their_cid() -> None:
    text, kind = parts(
        "Content-Type: text/html\n\n<img src='cid:logo'>",
        "Content-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw==",
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename="../../in voice\u202egpj.pdf"\n\nx',
        "Content-Type: application/ms-tnef; name=winmail.dat\n\nx",
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=note.txt\n\nnot to be read",
    )
    told = read(mail(text, kind=kind))
    assert [one.name for one in told.attachments] == ["1.png", "in voice_gpj.pdf", "winmail.dat", "note.txt"]
    logo = told.picture("logo")
    assert logo is not None
    assert (logo.size, logo.inline, logo.type) == (4, True, "image/png")
    assert "not to be read" not in told.text


def test_a_mail_within_a_mail_is_attached_by_its_subject() -> None:
    text, kind = parts("Content-Type: text/plain\n\nsee", "Content-Type: message/rfc822\n\nSubject: Old one\n\nhi")
    (inner,) = read(mail(text, kind=kind)).attachments
    assert inner.name == "Old one.eml"
    assert b"hi" in inner.content


@pytest.mark.parametrize("date", ["Mon, 05 Jan 1970 10:00:00 +0000", "Mon, 05 Jan 2036 10:00:00 +0000", "yesterday"])
def test_an_absurd_date_gives_way_to_the_time_of_receipt(date: str) -> None:
    told = read(mail(date=date, received="from a by b; Mon, 05 Jan 2026 09:00:05 +0000"))
    assert told.at == datetime(2026, 1, 5, 9, 0, 5, tzinfo=UTC)
    assert len(told.unread) == 1


def test_without_any_date_the_time_of_receipt_that_is_given_counts() -> None:
    got = datetime(2026, 1, 5, tzinfo=UTC)
    assert read(mail(date=None), received_at=got).at == got
    assert read(mail(date=None)).at is None


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("iso-8859-1", b"caf\xe9 \x80", "café €"),
        ("utf-8", b"caf\xe9", "café"),
        ("x-unheard-of", "café".encode(), "café"),
        ("idna", b"xn--a", "xn--a"),
        ("shift_jis", "あ".encode("cp932"), "あ"),
    ],
)
def test_texts_are_read_although_their_charset_is_wrong(charset: str, content: bytes, text: str) -> None:
    assert read(mail("", kind=f"text/plain; charset={charset}") + content).text == text


def test_parts_behind_another_boundary_than_the_one_named_are_found() -> None:
    text, _kind = parts("Content-Type: text/plain\n\nfound")
    assert read(mail(text, kind="multipart/mixed; boundary=other")).text == "found"


def test_what_says_that_it_is_text_and_is_none_is_attached() -> None:
    told = read(mail("\x00\x01\x02\x03" * 50))
    assert told.text == ""
    assert told.attachments[0].size == 200


def test_parts_within_parts_have_an_end() -> None:
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    told = read(b"From: kim@example.com\n" + deep.encode() + b"\nhello")
    assert told.author == Address("kim@example.com")
    assert told.unread


def test_thousands_of_parts_are_not_all_read() -> None:
    text, kind = parts(*["Content-Type: text/plain\n\nx"] * 2000)
    assert any("too many parts" in one for one in read(mail(text, kind=kind)).unread)


def test_html_nested_without_end_is_shown_as_text() -> None:
    assert read(mail("<b>" * 100_000 + "hello", kind="text/html")).text == "hello"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert isinstance(read(raw), Mail)
    assert isinstance(read_header(raw), Mail)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["From", "To", "Date", "Subject", "Content-Type", "Content-Transfer-Encoding", "References"]),
        st.one_of(
            st.text(max_size=60), st.sampled_from(["multipart/mixed; boundary=x", "base64", "text/html", "=?a?b?c?="])
        ),
    ),
    st.text(max_size=300),
)
def test_any_header_is_read(fields: dict[str, str], text: str) -> None:
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    assert isinstance(read(f"{head}\n{text}".encode("utf-8", "surrogatepass")), Mail)
