"""Files that Ann sends along: with her draft, with the held reply, in the mail and in the conversation; never lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from desk.desks import NINE, after, at_once, at_the_desk, desk_shop, newest, number
from django.db import connection

from counterbell.accounts.models import Shop
from counterbell.channels import _enclosures, _files, _needless, email
from counterbell.channels.models import Attached, Enclosed
from counterbell.desk import drafts
from counterbell.desk.actions.noting import note
from counterbell.desk.actions.replying import held_by, reply, send_due, take_back
from counterbell.desk.actor import Actor
from counterbell.desk.models import HeldReply
from counterbell.erasure import erase_person
from counterbell.errors import Problem
from counterbell.mail.building import message_of
from counterbell.mail.models import Outgoing
from counterbell.mail.senders import sender_of
from counterbell.record.models import Message, Ticket

LABEL = b"%PDF-1.7 return label"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def shop(sqlite: object) -> Shop:
    HeldReply.objects.all().delete()  # of other tests
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Actor:
    return at_the_desk(shop)


def kims(shop: Shop) -> Ticket:
    return Ticket.objects.select_related("shop").get(shop=shop, external_id="t1")


def chosen(actor: Actor, content: bytes = LABEL, name: str = "label.pdf", minutes: float = 1) -> Enclosed:
    return email.enclose(kims(actor.shop), actor.user, name, content, at=after(minutes))


def with_draft(actor: Actor) -> list[str]:
    return [one.name for one in email.of_draft(kims(actor.shop), actor.user)]


def sent_with(actor: Actor, *files: Enclosed) -> HeldReply:
    pks = [one.pk for one in files]
    return reply(actor, number(actor.shop), "Here it is.", seen=newest(actor.shop), at=after(5), files=pks)


def there(shop: Shop, content: bytes = LABEL) -> bool:
    return _files._path(shop, _files.digest_of(content)).exists()


def test_a_file_goes_with_the_reply_into_the_mail_and_the_conversation(shop: Shop, ann: Actor) -> None:
    sent_with(ann, chosen(ann), chosen(ann, PNG, "r\u00e9sum\u00e9.html"))
    assert with_draft(ann) == []
    send_due(after(6))
    send_due(after(7))
    (mail,) = Outgoing.objects.filter(shop=shop)
    told = message_of(mail, sender_of(shop), after(6)).message().walk()
    parts = [(one.get_filename(), one.get_content_type(), one.get_payload(decode=True)) for one in told][-2:]
    assert parts == [("label.pdf", "application/pdf", LABEL), ("r\u00e9sum\u00e9.html", "image/png", PNG)]
    answer = Message.objects.get(shop=shop, author=3)
    shown = email.files_of(shop, [answer])[answer.pk]
    assert [(one.name, bool(one.url)) for one in shown] == [("label.pdf", True), ("r\u00e9sum\u00e9.html", True)]
    assert not Enclosed.objects.filter(shop=shop).exists()


def test_a_reply_that_is_taken_back_gives_its_files_back_to_the_draft(shop: Shop, ann: Actor) -> None:
    held = sent_with(ann, chosen(ann))
    again = chosen(ann)  # begun anew meanwhile, with the same file
    assert take_back(ann, held.pk, at=after(5, 5))
    assert with_draft(ann) == ["label.pdf"]
    assert list(email.of_draft(kims(shop), ann.user)) == [again]
    sent_with(ann, again)
    send_due(after(6))
    assert Outgoing.objects.get(shop=shop).parts.count() == 1


def test_the_same_file_chosen_twice_is_one_and_other_peoples_stay_theirs(shop: Shop, ann: Actor) -> None:
    ben = at_the_desk(shop, "ben")
    assert chosen(ann) == chosen(ann)
    chosen(ben, PNG, "bens.png")
    assert (with_draft(ann), with_draft(ben)) == (["label.pdf"], ["bens.png"])
    with pytest.raises(Problem, match="no longer there"):
        sent_with(ann, *email.of_draft(kims(shop), ben.user))
    assert not HeldReply.objects.filter(shop=shop).exists()


def test_what_the_person_did_not_see_does_not_go_out(shop: Shop, ann: Actor) -> None:
    first = chosen(ann)
    chosen(ann, PNG, "of-another-window.png")
    sent_with(ann, first)
    assert with_draft(ann) == ["of-another-window.png"]


def test_a_note_has_files_too_and_may_be_nothing_else(shop: Shop, ann: Actor) -> None:
    note(ann, number(shop), "", at=after(2), files=[chosen(ann, PNG, "screen.png").pk])
    said = Message.objects.get(shop=shop, author=3)
    assert (said.text, [one.name for one in email.files_of(shop, [said])[said.pk]]) == (None, ["screen.png"])
    with pytest.raises(Problem, match="nothing in the note"):
        note(ann, number(shop), "", at=after(2))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("setup.exe", b"x", "setup.exe is a program"),
        ("invoice.pdf", b"MZ\x90", "invoice.pdf is a program"),
        ("film.mp4", b"\0" * (_enclosures.MOST_BYTES + 1), "film.mp4 is too large: a message takes 18.0"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(ann: Actor, name: str, content: bytes, why: str) -> None:
    with pytest.raises(Problem, match=why):
        chosen(ann, content, name)
    assert with_draft(ann) == []


def test_all_files_of_a_message_have_a_limit_together(shop: Shop, ann: Actor) -> None:
    chosen(ann, b"x")
    Enclosed.objects.filter(shop=shop).update(size=_enclosures.MOST_BYTES)
    with pytest.raises(Problem, match="together"):
        chosen(ann, b"y", "one-more.txt")


def test_what_is_taken_out_goes_unless_something_else_names_it(shop: Shop, ann: Actor) -> None:
    sent_with(ann, chosen(ann))
    send_due(after(6))
    chosen(ann)
    chosen(ann, PNG, "screen.png")
    assert email.take_out(email.of_draft(kims(shop), ann.user), after(7)) == 2
    _needless.clear_due(after(7))
    assert (there(shop), there(shop, PNG)) == (True, False)


def test_files_of_given_up_drafts_are_cleared_and_no_others(shop: Shop, ann: Actor) -> None:
    ben = at_the_desk(shop, "ben")
    chosen(ann)
    chosen(ben, PNG, "screen.png")
    drafts.keep(kims(shop), ben.user, "Look at", at=after(1))
    held = sent_with(ann, chosen(ann, b"held", "held.txt"))
    drafts.clear_abandoned_files(NINE + timedelta(days=6))
    assert with_draft(ann) == ["label.pdf"]
    drafts.clear_abandoned_files(NINE + timedelta(days=8))
    _needless.clear_due(NINE + timedelta(days=8))
    assert (with_draft(ann), with_draft(ben)) == ([], ["screen.png"])
    assert (there(shop), there(shop, PNG)) == (False, True)
    assert take_back(ann, held.pk, at=after(6))
    assert with_draft(ann) == ["held.txt"]


def test_who_dies_between_keeping_bytes_and_naming_them_leaves_nothing(shop: Shop) -> None:
    _needless.perhaps(shop, [_files.digest_of(LABEL)], after(60))
    _files.keep(shop, LABEL)  # and here the process ends
    _needless.clear_due(after(59))
    assert there(shop)
    _needless.clear_due(after(61))
    assert not there(shop)


def test_a_file_whose_bytes_are_gone_is_asked_about_and_nothing_goes_out(shop: Shop, ann: Actor) -> None:
    held = sent_with(ann, chosen(ann))
    _files.forget(shop, _files.digest_of(LABEL))
    send_due(after(6))
    assert not Outgoing.objects.filter(shop=shop).exists()
    assert not Attached.objects.filter(shop=shop).exists()
    (asked,) = held_by(ann.user, shop.pk)
    assert "label.pdf is gone" in asked.question
    assert take_back(ann, held.pk, at=after(7))


class Killed(BaseException):
    """The end of a process, which nothing in it can catch."""


def killed_before_each_query(verb: Callable[[], object], holds: Callable[[], bool]) -> None:
    """End before the first query of the verb, then before the second, ... until it comes through; it holds."""
    for last in range(1_000):
        queries = count()

        def asked(execute: Any, *told: Any, last: int = last, queries: Iterator[int] = queries) -> Any:
            if next(queries) == last:
                raise Killed
            return execute(*told)

        try:
            with connection.execute_wrapper(asked):
                verb()
        except Killed:
            assert holds(), last
        else:
            assert last > 3
            return
    raise AssertionError("it never came through")


def test_whoever_is_killed_at_any_step_neither_loses_nor_doubles_a_file(shop: Shop, ann: Actor) -> None:
    def draft() -> list[str]:
        return with_draft(ann)

    def held() -> bool:
        return Enclosed.objects.filter(shop=shop).exclude(message="").count() == HeldReply.objects.count() == 1

    def nowhere_else() -> bool:
        parts = Outgoing.objects.filter(shop=shop, parts__isnull=False)
        return not (Attached.objects.filter(shop=shop).exists() or parts.exists())

    killed_before_each_query(lambda: chosen(ann), lambda: draft() in ([], ["label.pdf"]))
    assert draft() == ["label.pdf"]
    one = email.of_draft(kims(shop), ann.user).get()
    killed_before_each_query(lambda: sent_with(ann, one), lambda: draft() == ["label.pdf"] and nowhere_else())
    (reply_held,) = HeldReply.objects.all()
    killed_before_each_query(lambda: take_back(ann, reply_held.pk, at=after(5, 5)), held)
    assert draft() == ["label.pdf"]
    sent_with(ann, one)
    killed_before_each_query(lambda: send_due(after(6)), lambda: held() and nowhere_else())
    assert [mail.parts.count() for mail in Outgoing.objects.filter(shop=shop)] == [1]
    assert [one.name for one in Attached.objects.filter(shop=shop)] == ["label.pdf"]
    _needless.clear_due(after(600))
    assert there(shop)


def test_two_processes_that_send_at_once_send_the_file_once(installation: str) -> None:
    HeldReply.objects.all().delete()  # of other tests
    shop = desk_shop()
    ann = at_the_desk(shop)
    sent_with(ann, chosen(ann))
    at_once(lambda: send_due(after(6)), lambda: send_due(after(6)))
    assert Outgoing.objects.get(shop=shop).parts.count() == 1
    assert Attached.objects.filter(shop=shop).count() == 1


def test_who_is_erased_takes_the_files_along(shop: Shop, ann: Actor) -> None:
    sent_with(ann, chosen(ann))
    send_due(after(6))
    sent_with(ann, chosen(ann, b"held", "held.txt"))
    chosen(ann, PNG, "screen.png")
    erase_person(shop, "kim")
    assert not Enclosed.objects.filter(shop=shop).exists()
    assert not Attached.objects.filter(shop=shop).exists()
    assert not any(there(shop, content) for content in (LABEL, b"held", PNG))
    assert not Outgoing.objects.get(shop=shop).parts.exists()
