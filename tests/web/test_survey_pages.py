"""Kim answers: from a real mail, in a real browser, in three languages, also without scripts and pictures."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page
from web.asked import PERSONS_AGENT, asked, person, read, send

from counterbell.surveys import answers
from counterbell.surveys.models import Ask, Submission, SurveySettings, Unreachable
from counterbell.surveys.ticking import tick

WORDS = {
    "en": ("How was our service?", "Very good", "Send my answer", "Thank you", "The number of your answer"),
    "fr": (
        "Comment était notre service\u00a0?",
        "Très bon",
        "Envoyer ma réponse",
        "Merci",
        "Le numéro de votre réponse",
    ),
    "id": ("Bagaimana layanan kami?", "Sangat baik", "Kirim jawaban saya", "Terima kasih", "Nomor jawaban Anda"),
}


@pytest.fixture(autouse=True)
def quiet(sqlite: object, quick_reading: None) -> None:
    SurveySettings.objects.all().delete()
    cache.clear()


def accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", WORDS)
def test_kim_answers_by_two_clicks_in_her_language(site: str, browser: Browser, language: str) -> None:
    question, words, button, thanks, _number = WORDS[language]
    with asked(site, language=language) as there, person(browser, there.link(5), locale="de-DE") as page:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.reload()
        assert page.inner_text("h1") == question
        assert page.get_attribute("html", "lang") == language
        assert page.get_by_label(words, exact=False).last.is_checked() or page.locator("#score-5").is_checked()
        page.locator("#comment").fill("Merci <b>Ann</b>")
        send(page, button)
        assert page.inner_text("h1") == thanks
        assert there.ratings == [(5, "Merci <b>Ann</b>")]
        assert complaints == []


@pytest.mark.parametrize("language", WORDS)
def test_kim_answers_without_scripts_and_pictures_by_one_step_more(site: str, browser: Browser, language: str) -> None:
    _question, _words, button, thanks, number = WORDS[language]
    with asked(site, language=language) as there:
        context = browser.new_context(java_script_enabled=False, user_agent=PERSONS_AGENT)
        context.route("**/*.{png,jpg,gif,svg,css}", lambda route: route.abort())
        page = context.new_page()
        page.goto(there.link(4))
        send(page, button)
        assert there.ratings == []
        page.get_by_label(number).fill("4")
        read(page, answers.CONFIRM_QUICK)
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
        assert page.inner_text("h1") == thanks
        context.close()
        tick(datetime.now(UTC) + timedelta(hours=1))
        assert there.ratings == [(4, None)]
        assert Submission.objects.filter(ask__shop=there.shop).count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_phone(site: str, browser: Browser, scheme: str) -> None:
    told = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    with asked(site) as there, person(browser, there.link(2), **told) as page:
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        with page.expect_navigation():
            page.evaluate("document.forms[0].submit()")
        assert page.locator("#again").is_visible()
        accessible(page)
        page.goto(there.links[-2])
        accessible(page)


def test_kim_answers_with_the_keyboard_alone(site: str, browser: Browser) -> None:
    with asked(site) as there, person(browser, there.link(3)) as page:
        read(page)
        page.locator("#score-3").focus()
        page.keyboard.press("ArrowUp")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.inner_text("h1") == "Thank you"
        assert there.ratings == [(4, None)]


def test_kim_changes_her_answer_from_the_mail_and_from_the_page(site: str, browser: Browser) -> None:
    with asked(site) as there, person(browser, there.link(2)) as page:
        send(page)
        page.get_by_role("link", name="Change your answer").click()
        assert page.locator("#score-2").is_checked()
        page.locator("#score-3").check()
        send(page)
        page.goto(there.link(5))
        assert "You have answered already" in page.inner_text("main")
        assert page.locator("#score-5").is_checked()
        send(page)
        assert [score for score, _comment in there.ratings] == [2, 3, 5]


def test_why_is_asked_after_a_low_score_only(site: str, browser: Browser) -> None:
    with asked(site) as there, person(browser, there.link(5)) as page:
        assert not page.locator("#cause").is_visible()
        page.locator("#score-2").check()
        page.locator("#cause").select_option("slow")
        send(page)
        assert Submission.objects.get(ask__shop=there.shop).cause == "slow"


def test_after_two_weeks_the_page_says_so_and_whom_to_write_to(site: str) -> None:
    with asked(site) as there:
        Ask.objects.filter(shop=there.shop).update(expires_at=datetime.now(UTC))
        answer = Client().get(there.link(5).removeprefix(site))
        assert answer.status_code == 410
        assert "This question has expired" in answer.content.decode()
        assert "mailto:bonjour@maison.example" in answer.content.decode()


def test_the_pages_are_kept_by_nobody_and_tell_no_other_site_their_address(site: str) -> None:
    with asked(site) as there:
        answer = Client().get(there.link(5).removeprefix(site))
        told = (answer["Cache-Control"], answer["Referrer-Policy"], answer["X-Robots-Tag"])
        assert told == ("no-store", "no-referrer", "noindex, nofollow")
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert b"<script>" not in answer.content
        assert b"style=" not in answer.content


def test_a_link_that_we_have_not_made_leads_nowhere(site: str) -> None:
    assert Client().get("/csat/AAAA/5/").status_code == 404
    assert Client().post("/csat/AAAA/", {"score": 5}).status_code == 404


def test_who_sends_too_much_is_asked_to_come_back(site: str) -> None:
    with asked(site) as there:
        link = there.link(5).removeprefix(site).removesuffix("5/")
        found = [Client().post(link, {"score": "5"}).status_code for _ in range(35)]
        assert found[-1] == 429
        assert Client().get(link).status_code == 200


def test_the_mail_is_readable_as_text_and_in_every_mail_program(site: str) -> None:
    with asked(site, language="fr") as there:
        assert there.mail["Subject"] == "Comment était notre service ?"
        assert "votre demande «\u00a0Où est mon <colis> ?\u00a0» est fermée" in there.text
        assert "5 - Très bon\nhttp://127.0.0.1" in there.text.replace("\r\n", "\n")
        assert "&" not in there.text
        assert "Où est mon &lt;colis&gt; ?" in there.html
        assert "<img" not in there.html
        assert [len([link for link in there.links if link.endswith(f"/{score}/")]) for score in range(1, 6)] == [1] * 5


def test_the_mail_says_what_it_is_and_where_answers_to_it_belong(site: str) -> None:
    from counterbell.surveys.mails import ticket_of

    with asked(site) as there:
        mail = there.mail
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["In-Reply-To"].endswith("@shop.example>")
        assert mail["References"] == mail["In-Reply-To"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        ask = ticket_of(mail["Message-ID"])
        assert ask is not None
        assert ask.ticket.external_id == "t1"


def test_no_more_surveys_by_the_button_of_the_mail_program(site: str) -> None:
    with asked(site) as there:
        link = there.mail["List-Unsubscribe"].strip(" <>").removeprefix(site)
        assert Client().get(link).status_code == 200
        assert not Unreachable.objects.filter(shop=there.shop).exists()
        Client().post(link, {"List-Unsubscribe": "One-Click"})
        assert Unreachable.objects.get(shop=there.shop).reason == "unsubscribed"


def test_no_more_surveys_by_the_page(site: str, browser: Browser) -> None:
    with asked(site) as there:
        with person(browser, next(link for link in there.links if "unsubscribe" in link)) as page:
            send(page, "No more such mails")
            assert page.inner_text("h1") == "You will get no more such mails"
        assert Unreachable.objects.get(shop=there.shop).reason == "unsubscribed"
