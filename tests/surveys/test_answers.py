"""What counts, what is doubtful, and what may be changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from facts.facts_of import rows
from record.cast import merge, status, ticket
from record.records import take_in
from surveys.asked import asking_shop, helped, sent_ask, when

from counterbell.accounts.models import Shop
from counterbell.erasure import erase_person
from counterbell.errors import NotFound, Problem
from counterbell.mail.models import Outgoing
from counterbell.record.models import Rating, TicketState
from counterbell.surveys import answers, asking, export, tokens
from counterbell.surveys.answers import Answer
from counterbell.surveys.models import Ask, Submission, SurveySettings, TokenKey, Verdict
from counterbell.surveys.signs import Seen
from counterbell.surveys.ticking import tick

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
LATER = "03-04 12:00"

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def alone(installation: str) -> None:
    SurveySettings.objects.all().delete()


@pytest.fixture
def ask(alone: None) -> Ask:
    """Kim was asked at 03-04 09:00 how Ann's help with ticket t1 was."""
    return sent_ask(asking_shop(*helped("t1", "03-03 09:00")), "03-04 09:00")


def person(at: datetime, **told: Any) -> Seen:
    """Kim, at her browser, on a page that she opened half a minute ago."""
    there: dict[str, Any] = {"page_at": at - timedelta(seconds=30), "same_browser": True, "gesture": "pointer"}
    return Seen(**{"user_agent": BROWSER, "address": "203.0.113.7", **there, **told})


def answered(ask: Ask, score: int, told: str = LATER, comment: str = "", **seen: Any) -> Submission | None:
    return answers.receive(ask, Answer(score, comment), person(when(told), **seen), when(told))


def ratings(ask: Ask) -> list[tuple[int, str | None, bool]]:
    found = Rating.objects.filter(survey__external_id=ask.survey_id).order_by("happened_at")
    return list(found.values_list("score", "comment", "suspected_robot"))


def csat(shop: Shop) -> list[tuple[object, object]]:
    return [(row["score"], row["robots"]) for row in rows(shop, "ratings")]


def test_a_persons_answer_counts_at_once(ask: Ask) -> None:
    submission = answered(ask, 4, comment="Quick, thank you")
    assert submission is not None
    assert submission.verdict == Verdict.HUMAN
    assert ratings(ask) == [(4, "Quick, thank you", False)]
    assert csat(ask.shop) == [(4, 0)]


def test_an_answer_can_be_changed_for_24_hours_and_its_history_is_kept(ask: Ask) -> None:
    answered(ask, 2, "03-04 12:00", comment="Slow")
    answered(ask, 5, "03-05 12:00", comment="Solved after all")
    assert answered(ask, 1, "03-05 12:01") is None
    assert [(rating.score, rating.comment) for rating in asking.ratings_of(ask.shop, ask.survey_id)] == [
        (2, "Slow"), (5, "Solved after all"),
    ]  # fmt: skip
    assert csat(ask.shop) == [(5, 0)]


def test_an_answer_after_the_window_is_too_late(ask: Ask) -> None:
    assert answered(ask, 4, "03-18 09:00") is None
    assert answered(ask, 4, "03-18 08:59") is not None


def test_a_late_answer_can_still_be_changed_for_a_day(ask: Ask) -> None:
    answered(ask, 4, "03-18 08:59")
    assert answered(ask, 5, "03-18 20:00") is not None
    assert csat(ask.shop) == [(5, 0)]


@pytest.mark.parametrize(
    ("sign", "seen"),
    [
        ("no_page", {"page_at": None}),
        ("quick", {"page_at": when(LATER)}),
        ("other_browser", {"same_browser": False}),
        ("no_gesture", {"gesture": ""}),
        ("trapped", {"trapped": True}),
        ("steered", {"steered": True}),
        ("hidden_field", {"filled_hidden": True}),
        ("filter_network", {"address": "104.47.12.1"}),
        ("robot_agent", {"user_agent": "Mozilla/5.0 HeadlessChrome/140.0"}),
        ("robot_agent", {"user_agent": ""}),
    ],
)
def test_an_answer_with_a_sign_of_a_robot_does_not_count(ask: Ask, sign: str, seen: dict[str, Any]) -> None:
    submission = answered(ask, 1, comment="Buy now", **seen)
    assert submission is not None
    assert (submission.verdict, submission.signs) == (Verdict.DOUBTFUL, sign)
    assert ratings(ask) == []


def test_an_answer_within_a_minute_of_the_sending_is_doubtful(ask: Ask) -> None:
    submission = answered(ask, 4, "03-04 09:00")
    assert submission is not None
    assert submission.signs == "soon"


def test_a_doubtful_answer_that_nobody_confirms_is_kept_apart_as_a_robots(ask: Ask) -> None:
    answered(ask, 1, comment="Buy now", gesture="", address="104.47.12.1")
    tick(when(LATER) + timedelta(minutes=31))
    assert ratings(ask) == [(1, "Buy now", True)]
    kept = Submission.objects.get(ask=ask)
    assert (kept.verdict, kept.address_class, kept.user_agent) == (Verdict.ROBOT, "Microsoft mail", BROWSER)
    assert (kept.since_sent_seconds, kept.since_page_seconds, kept.comment) == (3 * 3600, 30, "")
    assert csat(ask.shop) == [(None, 1)]


def test_the_person_who_comes_after_a_robot_answers_as_if_nothing_had_been(ask: Ask) -> None:
    answered(ask, 1, gesture="")
    tick(when(LATER) + timedelta(minutes=31))
    assert answers.answer_of(ask) is None
    answered(ask, 5, "03-05 12:00")
    assert csat(ask.shop) == [(5, 1)]


def test_a_robot_after_the_person_changes_nothing(ask: Ask) -> None:
    answered(ask, 5)
    answered(ask, 1, "03-04 12:01", same_browser=False, gesture="")
    tick(when("03-04 13:00"))
    assert csat(ask.shop) == [(5, 1)]


def doubtful(ask: Ask, score: int = 4, **seen: Any) -> Submission:
    submission = answered(ask, score, comment="No scripts here", gesture="", **seen)
    assert submission is not None
    return submission


def confirmed(submission: Submission, number: int | None, seconds: float = 10, **seen: Any) -> bool:
    shown, now = when(LATER), when(LATER) + timedelta(seconds=seconds)
    return answers.confirm(submission, number, person(now, gesture="", **seen), shown, now)


def test_whoever_says_the_same_again_is_a_person(ask: Ask) -> None:
    assert confirmed(doubtful(ask), 4)
    assert ratings(ask) == [(4, "No scripts here", False)]
    tick(when("03-04 13:00"))
    assert csat(ask.shop) == [(4, 0)]


def test_a_form_sent_as_it_stands_or_filled_by_chance_confirms_nothing_and_three_tries_are_all(ask: Ask) -> None:
    submission = doubtful(ask)
    for number in (None, 1, 5):
        assert not confirmed(submission, number)
        submission.refresh_from_db()
    assert submission.verdict == Verdict.ROBOT
    assert not confirmed(submission, 4)
    assert csat(ask.shop) == [(None, 1)]


@pytest.mark.parametrize(
    "seen", [{"steered": True}, {"filled_hidden": True}, {"address": "104.47.1.1"}, {"user_agent": "curl/8"}]
)
def test_a_certain_robot_confirms_nothing(ask: Ask, seen: dict[str, Any]) -> None:
    assert not confirmed(doubtful(ask), 4, **seen)


def test_confirming_takes_longer_than_a_moment(ask: Ask) -> None:
    assert not confirmed(doubtful(ask), 4, seconds=1)


def test_a_program_that_sends_a_thousand_answers_leaves_twenty(ask: Ask) -> None:
    for _ in range(30):
        answered(ask, 1, gesture="")
    assert Submission.objects.filter(ask=ask).count() == answers.KEPT_DOUBTS


def test_cleo_says_that_a_suspected_robot_was_a_person_and_the_record_is_not_rewritten(ask: Ask) -> None:
    doubtful(ask, 2)
    tick(when("03-04 13:00"))
    (kept,) = Submission.objects.filter(ask=ask)
    rated_at = answers.restore(kept, "cleo", when("03-05 09:00"))
    assert rated_at == when(LATER) + timedelta(microseconds=1)
    assert ratings(ask) == [(2, "No scripts here", True), (2, "No scripts here", False)]
    assert csat(ask.shop) == [(2, 1)]
    kept.refresh_from_db()
    assert (kept.verdict, kept.restored_by) == (Verdict.HUMAN, "cleo")
    with pytest.raises(Problem, match="not held for a robot"):
        answers.restore(kept, "cleo", when("03-05 09:01"))


def test_a_robots_answer_is_not_restored_over_a_persons(ask: Ask) -> None:
    doubtful(ask, 2)
    tick(when("03-04 13:00"))
    answered(ask, 5, "03-05 12:00")
    with pytest.raises(Problem, match="A person has answered"):
        answers.restore(Submission.objects.get(ask=ask, verdict=Verdict.ROBOT), "cleo", when("03-06 09:00"))


def test_an_answer_proves_that_the_survey_was_sent(alone: None) -> None:
    from surveys.asked import round_at

    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    ask = Ask.objects.select_related("shop", "ticket", "mail").get(shop=shop)
    answered(ask, 4)
    assert csat(shop) == [(4, 0)]


def test_the_response_rate_is_over_the_surveys_that_were_sent(alone: None) -> None:
    from record.cast import customer

    ben = customer("ben", email="ben@example.com")
    shop = asking_shop(ben, *helped("t1", "03-03 09:00"), *helped("t2", "03-03 09:00", customer="ben"))
    ask = sent_ask(shop, "03-04 09:00")
    Outgoing.objects.filter(shop=shop, state="waiting").update(state="failed", error="550 no such mailbox")
    tick(when("03-04 09:01"))
    answered(ask, 4)
    assert csat(shop) == [(4, 0)]


# ---- what follows a low score


def test_a_low_score_opens_the_ticket_tags_it_and_tells_cleo_once(alone: None) -> None:
    shop = asking_shop(
        *helped("t1", "03-03 09:00"),
        low_reopens=True,
        low_tag="unhappy",
        low_notify="cleo@shop.example ann@shop.example",
    )
    ask = sent_ask(shop, "03-04 09:00")
    answered(ask, 2)
    state = TicketState.objects.get(ticket=ask.ticket_id)
    assert (state.status, state.tags) == (1, '["unhappy"]')
    answered(ask, 1, "03-04 12:05")
    (alert,) = Outgoing.objects.filter(shop=shop, kind="alert")
    assert alert.recipients == ["cleo@shop.example", "ann@shop.example"]
    assert "t1" in alert.subject


def test_a_good_score_changed_to_a_low_one_is_followed_up(alone: None) -> None:
    ask = sent_ask(asking_shop(*helped("t1", "03-03 09:00"), low_tag="unhappy"), "03-04 09:00")
    answered(ask, 5)
    assert TicketState.objects.get(ticket=ask.ticket_id).tags == "[]"
    answered(ask, 1, "03-04 12:05")
    assert TicketState.objects.get(ticket=ask.ticket_id).tags == '["unhappy"]'


def test_after_a_merge_it_is_the_other_ticket_that_is_opened(alone: None) -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"), low_reopens=True)
    ask = sent_ask(shop, "03-04 09:00")
    take_in(shop, [ticket("t2", "03-04 10:00"), status("t2", "03-04 10:30"), merge("t1", "t2", "03-04 11:00")])
    answered(Ask.objects.select_related("shop", "ticket", "mail").get(pk=ask.pk), 1)
    assert TicketState.objects.get(ticket__shop=shop, ticket__external_id="t2").status == 1


def test_a_robot_opens_no_ticket(alone: None) -> None:
    ask = sent_ask(asking_shop(*helped("t1", "03-03 09:00"), low_reopens=True), "03-04 09:00")
    answered(ask, 1, gesture="")
    tick(when("03-04 13:00"))
    assert TicketState.objects.get(ticket=ask.ticket_id).status == 4


# ---- other ways to ask


def test_in_a_chat_the_customer_is_asked_by_a_link_and_the_record_knows_at_once(alone: None) -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00", channel="chat"))
    link = asking.link_for(shop, "t1", when("03-03 09:00"), via="chat")
    assert "/csat/" in link
    assert csat(shop) == [(None, 0)]
    ask = Ask.objects.select_related("shop", "ticket", "mail").get(shop=shop, via="chat")
    answered(ask, 5, "03-03 09:00")
    assert csat(shop) == [(5, 0)]
    assert asking.was_asked_lately(shop, "t1", when("03-05 09:00"))


def test_a_rating_given_elsewhere_is_recorded_once(alone: None) -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))

    def record() -> bool:
        return asking.record_rating(
            shop, ticket_id="t1", answer=Answer(4, "On the phone"), at=when(LATER), survey_id="phone-1"
        )

    assert record()
    assert not record()
    assert csat(shop) == [(4, 0)]
    with pytest.raises(NotFound, match="no ticket 't9'"):
        asking.record_rating(shop, ticket_id="t9", answer=Answer(4), at=when(LATER), survey_id="phone-2")


def test_dan_cannot_ask_about_a_ticket_of_anns_shop(alone: None) -> None:
    asking_shop(*helped("t1", "03-03 09:00"))
    with pytest.raises(NotFound):
        asking.link_for(asking_shop(), "t1", when(LATER))


# ---- links


def test_a_link_holds_nothing_of_the_customer_and_no_other_can_be_made_of_it(ask: Ask) -> None:
    token = tokens.link(ask.pk, when("03-18 09:00"))
    told = tokens.read(tokens.LINK, token)
    assert told is not None
    assert (told.number, told.instant) == (ask.pk, when("03-18 09:00"))
    assert len(token) < 60
    assert tokens.read(tokens.TRAP, token) is None
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "Q"
        found = tokens.read(tokens.LINK, token[:place] + other + token[place + 1 :])
        assert found is None or found == told  # the last character has bits that say nothing


def test_two_links_to_one_question_differ(ask: Ask) -> None:
    assert tokens.link(ask.pk, when(LATER)) != tokens.link(ask.pk, when(LATER))


def test_after_a_rotation_old_links_hold_until_their_key_is_revoked(ask: Ask) -> None:
    old = tokens.link(ask.pk, when(LATER))
    key = TokenKey.objects.latest("pk")
    tokens.rotate(when(LATER))
    assert tokens.read(tokens.LINK, old) is not None
    tokens.revoke(key.pk)
    assert tokens.read(tokens.LINK, old) is None
    assert tokens.read(tokens.LINK, tokens.link(ask.pk, when(LATER))) is not None


@pytest.mark.parametrize("token", ["", "A", "é", "A" * 50, "A" * 5000, "../../etc", "%00"])
def test_nonsense_is_no_link(alone: None, token: str) -> None:
    assert tokens.read(tokens.LINK, token) is None


# ---- the answers as a table


def test_the_export_tells_each_answer_with_who_was_responsible(ask: Ask) -> None:
    answered(ask, 4, comment="=HYPERLINK(1)")
    (row,) = export.rows(ask.shop)
    assert (row["ticket"], row["score"], row["comment"], row["via"]) == ("t1", 4, "=HYPERLINK(1)", "mail")
    assert (row["last_replier"], row["answers"], row["suspected_robots"]) == ("ann", 1, 0)


def test_of_an_erased_person_no_words_and_no_browser_are_kept(ask: Ask) -> None:
    answered(ask, 1, comment="I am Kim", gesture="")
    erase_person(ask.shop, "kim")
    kept = Submission.objects.get(ask=ask)
    assert (kept.score, kept.comment, kept.user_agent) == (1, "", "")
