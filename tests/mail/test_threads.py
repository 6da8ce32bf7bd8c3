"""Mails that belong together, in whatever order they come."""

from hypothesis import given
from hypothesis import strategies as st
from mail.mails import mail

from counterbell.mail.message import Mail, read
from counterbell.mail.threads import Threads, candidates, key


def one(name: str, *, references: str = "", in_reply_to: str = "", subject: str = "x") -> Mail:
    return read(
        mail(message_id=f"<{name}>", references=references or None, in_reply_to=in_reply_to or None, subject=subject)
    )


CONVERSATION = [
    one("1@x"),
    one("2@x", in_reply_to="<1@x>"),
    one("3@x", references="<1@x> <2@x>"),
    one("4@x", references="<lost@x> <3@x>"),
    one("other@x", subject="Re: x"),
]


def test_answers_are_with_what_they_answer_and_a_subject_joins_nothing() -> None:
    threads = Threads()
    for told in CONVERSATION:
        threads.add_mail(told)
    assert threads.together("1@x", "4@x")
    assert threads.together("lost@x", "2@x")
    assert not threads.together("1@x", "other@x")
    assert not threads.together("1@x", "never seen@x")


@given(st.permutations(CONVERSATION))
def test_the_order_makes_no_difference(mails: list[Mail]) -> None:
    threads = Threads()
    numbers = {told.id: threads.add_mail(told) for told in mails}
    beginnings = threads.beginnings()
    found = {name: beginnings[threads.thread(number)] for name, number in numbers.items()}
    assert found == dict.fromkeys(numbers, min(key("1@x"), key("lost@x"))) | {"other@x": key("other@x")}


def test_a_mailbox_that_goes_on_keeps_the_beginnings_of_its_threads() -> None:
    later = Threads()
    number = later.add_mail(CONVERSATION[2])
    assert later.beginnings()[later.thread(number)] == key("1@x")


def test_mails_that_answer_each_other_in_a_circle_are_one_thread() -> None:
    threads = Threads()
    threads.add_mail(one("a@x", in_reply_to="<b@x>"))
    number = threads.add_mail(one("b@x", in_reply_to="<a@x>"))
    assert threads.together("a@x", "b@x")
    assert threads.beginnings()[threads.thread(number)] in (key("a@x"), key("b@x"))


def test_the_nearest_mail_that_is_answered_is_looked_for_first() -> None:
    assert candidates(one("4@x", references="<1@x> <2@x>", in_reply_to="<3@x>")) == ("3@x", "2@x", "1@x")
