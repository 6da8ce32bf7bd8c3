"""The report of a week or a month: what it says, to whom, and that it goes out once."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from goals.cast import annas_shop, at, daily, open_ticket
from mail_server import MailServer, mail_server
from record.cast import rating, survey
from web.people import person

from counterbell.accounts import people
from counterbell.accounts.models import Role, Shop, User
from counterbell.errors import NotFound, Problem
from counterbell.goals.scopes import Scope
from counterbell.goals.targets import Goal, set_target
from counterbell.mail import sending as outgoing
from counterbell.mail.models import Outgoing
from counterbell.mail.ways import way
from counterbell.reports import sending
from counterbell.reports.digest import Digest, digest, last_over
from counterbell.reports.letter import letter, page
from counterbell.reports.models import Subscription
from counterbell.reports.subscriptions import subscribe, unsubscribe

MONDAY = at("03-10 07:05")
"""After the week of 3 March, five minutes after its report is due in UTC."""


def weeks() -> Shop:
    """Two weeks: first four tickets a day, then two, the last of which an unhappy customer has rated."""
    unhappy = [
        *open_ticket("bad", "03-05 10:00", by="ann"),
        survey("bad-s", "bad", "03-05 11:00"),
        {**rating("bad-s", "03-05 12:00", 1), "comment": "<b>Never</b> again"},
    ]
    return annas_shop(list(daily("02-24", 7, 4)), list(daily("03-03", 7, 2, score=5)), unhappy)


@pytest.fixture
def shop(sqlite: object) -> Shop:
    Outgoing.objects.all().delete()  # the others' mails would go out too
    Subscription.objects.all().delete()
    return weeks()


@pytest.fixture
def olga(shop: Shop) -> User:
    return person(shop, Role.OWNER, name="olga")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running, override_settings(MAIL_WAY=way(running.url), MAIL_FROM="service@ann.example"):
        yield running


def told(shop: Shop, audience: str, language: str = "en", rhythm: str = "week") -> Digest:
    return digest(shop, audience, rhythm, language, at=MONDAY, period=last_over(shop, rhythm, MONDAY))


def text_of(found: Digest) -> str:
    return letter(found).text


def test_an_owner_reads_what_changed_and_ten_numbers(shop: Shop) -> None:
    text = text_of(told(shop, "owner"))
    assert "The week in ten numbers, Mar 3 – 9, 2025" in text
    assert "Number of tickets: 15, 28 before (▼ 46%)." in text
    assert "Customer satisfaction (CSAT)" in text
    rows = text.split("TEN NUMBERS")[1].split("The overview")[0].strip().splitlines()
    assert len(rows) == 11


def test_the_subject_is_in_the_readers_language(shop: Shop) -> None:
    assert "\N{NO-BREAK SPACE}: La semaine en dix chiffres, 3–9 mars 2025" in told(shop, "owner", "fr").subject


def test_a_lead_reads_of_agents_backlog_and_what_unhappy_customers_wrote(shop: Shop) -> None:
    text = text_of(told(shop, "lead"))
    assert "Ann  " in text.split("AGENTS")[1].split("BACKLOG")[0]
    assert "1 ticket was unresolved at the end. The oldest had been there for " in text
    assert "1 customer has given 1 or 2 of 5." in text
    assert "1 of 5, ticket bad, Ann, Mar 5\n  <b>Never</b> again" in text


def test_what_a_customer_wrote_is_text_in_the_html_too(shop: Shop) -> None:
    assert "&lt;b&gt;Never&lt;/b&gt; again" in page(told(shop, "lead"))


def test_a_goal_of_weeks_is_told_of_that_week_against_the_target_of_then(shop: Shop) -> None:
    goal = Goal("tickets_closed", period="week")
    set_target(shop, goal, value=10, at=at("03-03"))
    set_target(shop, goal, value=99, at=MONDAY)
    row = next(
        line for line in text_of(told(shop, "owner")).splitlines() if line.startswith("Tickets closed per agent (")
    )
    assert row.split()[-3:] == ["14", "10", "met"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("The month in ten numbers", "What changed")),
        ("fr", ("Le mois en dix chiffres", "Ce qui a changé")),
        ("id", ("Sebulan dalam sepuluh angka", "Apa yang berubah")),
    ],
)
def test_it_is_in_the_readers_language(shop: Shop, language: str, words: tuple[str, ...]) -> None:
    html = page(told(shop, "owner", language, "month"))
    assert f'<html lang="{language}"' in html
    assert all(word in html for word in words)


def test_a_shop_without_tickets_gets_a_report_too(sqlite: object) -> None:
    empty = annas_shop()
    for audience in ("owner", "lead"):
        assert "–" in page(told(empty, audience)) or audience == "lead"


# ---- the mail


def bodies(mail: EmailMessage) -> tuple[str, str]:
    found = {part.get_content_type(): part for part in mail.walk()}
    return found["text/plain"].get_content(), found["text/html"].get_content()


def test_the_mail_has_its_pictures_within_and_says_in_words_what_they_show(
    shop: Shop, olga: User, server: MailServer
) -> None:
    subscription = subscribe(shop, olga, "owner", "week", at=at("03-01"), with_csv=True)
    assert sending.send_due(MONDAY) == 1
    outgoing.send_due(MONDAY)
    (mail,) = server.to(olga.email)
    plain, html = bodies(mail)
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in pictures] == ["<chart-1@counterbell>", "<chart-2@counterbell>"]
    assert all(part.get_content().startswith(b"\x89PNG") for part in pictures)
    described = "Created, closed and unresolved tickets: 15 created, 14 closed, 1 unresolved at the end."
    shown = re.findall(r'<img src="cid:(chart-[0-9]@counterbell)"[^>]* alt="([^"]+)"', html)
    assert [name for name, _words in shown] == ["chart-1@counterbell", "chart-2@counterbell"]
    assert shown[0][1] == described
    assert all(unescape(words) in plain for _name, words in shown)
    assert mail["List-Unsubscribe"].strip() == f"<{sending.end_address(subscription)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sending.end_address(subscription) in html
    (figures,) = (part for part in mail.walk() if part.get_content_type() == "text/csv")
    assert len(figures.get_content().splitlines()) == 8
    assert "http" not in html.replace("http://127.0.0.1:8000/", "").replace("http://www.w3.org/1999/xhtml", "")


def test_each_reader_gets_it_in_the_language_of_his_or_hers(shop: Shop, olga: User, server: MailServer) -> None:
    olga.language = "fr"
    olga.save()
    cleo = person(shop, Role.LEAD, name="cleo")
    subscribe(shop, olga, "owner", "week", at=at("03-01"))
    subscribe(shop, cleo, "lead", "week", at=at("03-01"), language="id")
    sending.send_due(MONDAY)
    outgoing.send_due(MONDAY)
    assert "La semaine en dix chiffres" in server.to(olga.email)[0]["Subject"]
    assert "Sepekan tim" in server.to(cleo.email)[0]["Subject"]


def test_an_agents_report_tells_no_goal_of_a_colleague(shop: Shop) -> None:
    set_target(shop, Goal("tickets_closed", Scope("agent", "ben")), value=10, at=at("03-03"))
    ann, vic = person(shop, Role.AGENT, name="ann", agent="ann"), person(shop, Role.VIEWER, name="vic")
    mails = [
        sending.send_test(subscribe(shop, who, "owner", "week", at=at("03-01"), with_csv=True), at=MONDAY)
        for who in (ann, vic)
    ]
    assert ["agent ben" in mail.text for mail in mails] == [False, True]
    figures = [bytes(mail.parts.get(media_type="text/csv").content) for mail in mails]
    assert [b"tickets_closed.by_agent.ann" in each for each in figures] == [False, True]


# ---- when, and once


def test_it_comes_in_the_morning_of_the_shops_clock(sqlite: object, olga: User) -> None:
    subscription = subscribe(olga.memberships.get().shop, olga, "owner", "week", at=at("03-01"))
    Shop.objects.filter(pk=subscription.shop_id).update(timezone="Asia/Jakarta")
    assert sending.send_due(datetime(2025, 3, 9, 23, 59, tzinfo=UTC)) == 0
    assert sending.send_due(datetime(2025, 3, 10, 0, 0, tzinfo=UTC)) == 1


def test_of_a_period_it_is_sent_once(installation: str) -> None:
    Subscription.objects.all().delete()
    shop = weeks()
    subscription = subscribe(shop, person(shop, Role.OWNER), "owner", "week", at=at("03-01"))
    assert [sending.send_due(MONDAY + timedelta(hours=hours)) for hours in (0, 1, 24)] == [1, 0, 0]
    (mail,) = Outgoing.objects.filter(shop=shop)
    assert mail.key == f"digest:{subscription.pk}:2025-03-03"
    assert sending.send_due(MONDAY + timedelta(days=7)) == 1


@pytest.mark.parametrize(
    ("begun", "when"),
    [
        ("03-10 07:01", MONDAY),  # it began after that week's was due
        ("03-01", MONDAY + timedelta(days=4)),  # the program did not run for four days
        ("03-01", at("03-10 06:59")),
    ],
)
def test_what_is_not_due_is_not_sent(shop: Shop, olga: User, begun: str, when: datetime) -> None:
    subscribe(shop, olga, "owner", "week", at=at(begun))
    assert sending.send_due(when) == 0


def test_who_works_there_no_more_or_wants_none_gets_none(shop: Shop, olga: User) -> None:
    cleo, vic = person(shop, Role.LEAD, name="cleo"), person(shop, Role.VIEWER, name="vic")
    subscribe(shop, cleo, "lead", "week", at=at("03-01"))
    unsubscribe(subscribe(shop, vic, "owner", "week", at=at("03-01")), by=vic, at=at("03-02"))
    people.remove(shop, cleo.email, at=at("03-02"))
    assert sending.send_due(MONDAY) == 0


def test_who_has_become_an_agent_gets_the_leads_report_no_more(shop: Shop, olga: User) -> None:
    cleo = person(shop, Role.LEAD, name="cleo")
    subscribe(shop, cleo, "lead", "week", at=at("03-01"))
    people.add(shop, cleo.email, Role.AGENT, at=at("03-02"))
    assert sending.send_due(MONDAY) == 0


def test_only_people_of_the_shop_are_subscribed_to_what_they_may_see(shop: Shop) -> None:
    ann, stranger = person(shop, Role.AGENT, name="ann"), person(annas_shop(), Role.OWNER)
    with pytest.raises(Problem, match="which ann may not see"):
        subscribe(shop, ann, "lead", "week", at=MONDAY)
    with pytest.raises(NotFound, match="works for"):
        subscribe(shop, stranger, "owner", "week", at=MONDAY)
    with pytest.raises(Problem, match="There is no report 'boss' for each 'year'"):
        subscribe(shop, ann, "boss", "year", at=MONDAY)
    with pytest.raises(Problem, match="'de' is none of them"):
        subscribe(shop, ann, "owner", "week", language="de", at=MONDAY)
    assert not Subscription.objects.filter(shop=shop).exists()


PROGRAM = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from django.db import transaction
from counterbell.reports.sending import send_due
at = datetime.fromisoformat(sys.argv[2])
if sys.argv[1] == "before":
    with transaction.atomic():
        assert send_due(at) == 1
        os.kill(os.getpid(), signal.SIGKILL)
send_due(at)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_is_killed_in_between_leaves_one_report(own_sqlite: Path) -> None:
    shop = weeks()
    subscribe(shop, person(shop, Role.OWNER), "owner", "week", at=at("03-01"))
    connection.close()
    apart = {**os.environ, "COUNTERBELL_DATA": str(own_sqlite), "PYTHONPATH": str(Path(__file__).parents[2])}
    for when, there in (("before", 0), ("after", 1), ("after", 1)):
        killed = subprocess.run([sys.executable, "-c", PROGRAM, when, MONDAY.isoformat()], env=apart, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert Outgoing.objects.count() == there
    connection.close()
