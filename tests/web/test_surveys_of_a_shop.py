"""The pages about surveys: how a shop asks, what was asked and why not, what came back, who was a robot."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from cli.programs import call
from django.test import Client, override_settings
from playwright.sync_api import Browser
from record.cast import rating, survey, ticket
from record.records import take_in
from surveys.asked import asking_shop, helped, round_at, sent_ask, when
from web.looking import looking
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.audit.models import Note
from counterbell.audit.sentences import sentence
from counterbell.mail import senders
from counterbell.mail.ways import way
from counterbell.surveys import answers, setup
from counterbell.surveys.answers import Answer
from counterbell.surveys.models import Feedback, Submission, SurveySettings, Verdict
from counterbell.surveys.signs import Seen

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
TABS = ("", "answers/", "doubtful/", "feedback/", "settings/")
SERIOUS = ("serious", "critical")


@pytest.fixture(autouse=True)
def alone(installation: str) -> None:
    SurveySettings.objects.all().delete()


@pytest.fixture
def asked(alone: None) -> Shop:
    """Kim was asked about t1 and not about t2, said 2 and then 5; a program said 1; a visitor said 4."""
    shop = asking_shop(*helped("t1", "03-03 09:00"), *helped("t2", "03-03 10:00"), low_notify="cleo@example.com")
    ask = sent_ask(shop, "03-04 10:00")
    program = Seen("curl/8", "104.47.12.1")
    answers.receive(ask, Answer(1, "=Buy now"), program, when("03-04 10:00"))
    answers.settle_doubts(when("03-04 11:00"))
    Feedback.objects.create(shop=shop, at=when("03-04 12:00"), score=4, comment="Nice shop", page="/shoes")
    return shop


def said(shop: Shop, score: int, told: str, comment: str) -> None:
    ask = Submission.objects.filter(ask__shop=shop).select_related("ask__shop", "ask__ticket", "ask__mail")[0].ask
    at = when(told)
    seen = Seen(BROWSER, "203.0.113.7", page_at=at - timedelta(seconds=30), same_browser=True, gesture="pointer")
    answers.receive(ask, Answer(score, comment), seen, at)


def cleo_of(shop: Shop) -> Client:
    return signed_in(person(shop, Role.LEAD, name="cleo"))


def page(client: Client, shop: Shop, path: str = "") -> str:
    answer = client.get(f"/shops/{shop.slug}/surveys/{path}")
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def form(client: Client, shop: Shop, **changed: str) -> dict[str, str]:
    """What a browser would send of the settings' form."""
    text = page(client, shop, "settings/")
    fields = dict(re.findall(r'<input type="(?:number|text)" name="(\w+)"(?: value="([^"]*)")?', text))
    for name, inside in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL):
        fields[name] = inside
    return {**fields, "on": "on", "style": "stars", "language": "en", **changed}


def test_cleo_sees_what_was_asked_and_why_not(asked: Shop) -> None:
    text = page(cleo_of(asked), asked)
    assert "the customer was asked a short time ago" in text
    narrowed = page(cleo_of(asked), asked, "?state=skipped&reason=quiet")
    assert [f'inbox/of/{name}/">{name}</a></th>' in narrowed for name in ("t2", "t1")] == [True, False]
    assert cleo_of(asked).get(f"/shops/{asked.slug}/surveys/?state=lost").status_code == 400


def test_an_answer_is_shown_with_what_was_said_before(asked: Shop) -> None:
    said(asked, 2, "03-04 12:00", "Slow")
    said(asked, 5, "03-04 13:00", "Solved <b>after</b> all")
    text = page(cleo_of(asked), asked, "answers/")
    assert "Solved &lt;b&gt;after&lt;/b&gt; all" in text
    assert text.index("2 answers") < text.index("Slow")
    assert "Buy now" not in text
    assert f'<a href="/shops/{asked.slug}/inbox/of/t1/">t1</a>' in text


def test_what_was_held_for_a_robots_elsewhere_is_said_as_satisfaction_counts_it(asked: Shop) -> None:
    elsewhere = survey("s9", "t1", "03-05 09:00"), rating("s9", "03-05 09:01", 1, suspected_robot=True)
    take_in(asked, elsewhere)
    assert "1 answer was held for a robot’s where it was given" in page(cleo_of(asked), asked, "doubtful/")


def test_cleo_restores_an_answer_and_it_counts(asked: Shop) -> None:
    cleo = cleo_of(asked)
    assert "from a network that filters mail" in page(cleo, asked, "doubtful/")
    number = Submission.objects.get(ask__shop=asked).pk
    for words in ("counts.", "not held for a robot"):
        answer = cleo.post(f"/shops/{asked.slug}/surveys/doubtful/{number}/restore/", follow=True)
        assert words in answer.content.decode()
    assert Submission.objects.get(pk=number).verdict == Verdict.HUMAN
    assert "=Buy now" in page(cleo, asked, "answers/")


def test_dan_and_agents_see_and_restore_nothing(asked: Shop, dan: Client, dans_shop: Shop) -> None:
    number = Submission.objects.get(ask__shop=asked).pk
    ann = signed_in(person(asked, Role.AGENT, name="ann", agent="ann"))
    for path in (*TABS, "answers.csv", "feedback.csv"):
        assert dan.get(f"/shops/{asked.slug}/surveys/{path}").status_code == 404
        assert ann.get(f"/shops/{asked.slug}/surveys/{path}").status_code == 403
    assert dan.post(f"/shops/{dans_shop.slug}/surveys/doubtful/{number}/restore/").status_code == 404
    assert Submission.objects.get(pk=number).verdict == Verdict.ROBOT


def test_the_answers_as_csv_are_those_of_the_command_line(asked: Shop) -> None:
    answer = cleo_of(asked).get(f"/shops/{asked.slug}/surveys/answers.csv")
    shown = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert shown == call("surveys", "export", "--shop", asked.slug).output
    feedback = cleo_of(asked).get(f"/shops/{asked.slug}/surveys/feedback.csv")
    lines = b"".join(feedback.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[1] == "2025-03-04T12:00:00Z,4,Nice shop,/shoes,en,false"


def test_cleo_changes_how_the_shop_asks(asked: Shop) -> None:
    cleo, there = cleo_of(asked), f"/shops/{asked.slug}/surveys/settings/"
    told = form(
        cleo, asked, mail_delay_hours="1.5", quiet_days="30", widget_origins="https://Shop.example.com/\n",
        not_with_tags=" vip \n\nbroken parcel", sender_address="hello@ann.example", sender_name="Ann's shop",
    )  # fmt: skip
    assert cleo.post(there, told).status_code == 302
    settings = setup.settings_of(asked)
    assert (settings.on, settings.mail_delay_minutes, settings.quiet_days) == (True, 90, 30)
    assert settings.widget_origins == "https://shop.example.com"
    assert settings.not_with_tags == "vip\nbroken parcel"
    assert settings.low_notify == "cleo@example.com"
    assert "hello@ann.example" in senders.sender_of(asked).from_
    noted = [sentence(note) for note in Note.objects.filter(shop=asked, what="surveys.changed")]
    assert "Surveys: Quiet days changed from 7 to 30" in noted
    assert form(cleo, asked)["mail_delay_hours"] == "1.5"
    cleo.post(there, form(cleo, asked, sender_address="", sender_name=""))
    assert "ann.example" not in senders.sender_of(asked).from_


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"quiet_days": "91"}, "90"),
        ({"sample_percent": "0"}, "1"),
        ({"mail_delay_hours": "721"}, "720"),
        ({"widget_origins": "shop.example.com/path"}, "is no website"),
        ({"low_notify": "nobody"}, "nobody"),
        ({"sender_address": "ann"}, "ann"),
        ({"sender_name": "Ann"}, "A sender needs an address"),
        ({"low_score": ""}, "required"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_set(
    asked: Shop, wrong: dict[str, str], words: str
) -> None:
    cleo = cleo_of(asked)
    before = SurveySettings.objects.filter(shop=asked).values().get()
    told = form(cleo, asked, **{"window_days": "20", "sender_address": "", **wrong})
    answer = cleo.post(f"/shops/{asked.slug}/surveys/settings/", told)
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert SurveySettings.objects.filter(shop=asked).values().get() == before


def test_what_is_missing_is_said_where_surveys_are_switched_on(asked: Shop) -> None:
    text = page(cleo_of(asked), asked, "settings/")
    assert "Set COUNTERBELL_URL" in text
    assert "No mail leaves" in text
    assert "Set COUNTERBELL_URL" in call("surveys", "set", "--on", "--shop", asked.slug).text
    with override_settings(PUBLIC_URL=way_in("https://support.example.com"), MAIL_WAY=way("file:///tmp/none")):
        senders.set_sender(asked, "hello@ann.example")
        assert 'class="notice warning"' not in page(cleo_of(asked), asked, "settings/")


def way_in(told: str) -> object:
    from urllib.parse import urlsplit

    return urlsplit(told)


def test_the_widgets_secret_is_for_owners(asked: Shop) -> None:
    settings = setup.settings_of(asked)
    olga = signed_in(person(asked, Role.OWNER))
    assert settings.widget_secret in page(olga, asked, "settings/")
    text = page(cleo_of(asked), asked, "settings/")
    assert (settings.widget_secret in text, settings.widget_key in text) == (False, True)


def test_a_long_list_comes_in_pages(asked: Shop) -> None:
    cleo = cleo_of(asked)
    for number in range(30):
        take_in(asked, [ticket(f"c{number}", "03-05 08:00", None), *helped(f"d{number}", "03-05 09:00")])
    round_at("03-05 09:30")
    assert "1 to 25 of 32" in page(cleo, asked)
    assert "26 to 32 of 32" in page(cleo, asked, "?page=2")
    assert "26 to 32 of 32" in page(cleo, asked, "?page=99")


# ---- in a browser


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_the_pages_are_accessible_and_fit_a_phone(browser: Browser, site: str, asked: Shop) -> None:
    said(asked, 2, "03-04 12:00", "Slow")
    olga = person(asked, Role.OWNER)
    for size, theme, language in (("phone", "dark", "fr"), ("wide", "light", "id")):
        with looking(browser, site, olga, size=size, theme=theme, language=language) as shown:  # type: ignore[arg-type]
            for path in TABS:
                shown.goto(f"/shops/{asked.slug}/surveys/{path}")
                shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
                violations = Axe().run(shown).response["violations"]
                assert [(one["id"], one["nodes"][0]["html"]) for one in violations if one["impact"] in SERIOUS] == []
                if size == "phone":
                    assert shown.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_cleo_sets_and_restores_without_scripts(browser: Browser, site: str, asked: Shop) -> None:
    with looking(browser, site, person(asked, Role.LEAD), scripts=False) as shown:
        shown.goto(f"/shops/{asked.slug}/surveys/settings/")
        shown.get_by_label("Quiet days").fill("14")
        shown.get_by_role("button", name="Save").click()
        assert "Saved." in shown.inner_text("main")
        shown.goto(f"/shops/{asked.slug}/surveys/doubtful/")
        shown.get_by_role("button", name="It was a person").click()
        assert "counts" in shown.inner_text(".messages")
    assert setup.settings_of(asked).quiet_days == 14
