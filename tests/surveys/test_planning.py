"""Who is asked, when, and why not."""

import pytest
from record.cast import agent, customer, flag, intent, merge, message, status, survey, tags, ticket
from record.records import take_in
from surveys.asked import asking_shop, helped, round_at, sent_ask, states, when

from counterbell.accounts.models import Shop
from counterbell.erasure import erase_person
from counterbell.mail.models import Outgoing
from counterbell.record.models import Customer, Survey
from counterbell.surveys import sending, setup
from counterbell.surveys.models import Ask, Reason, Unreachable

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture(autouse=True)
def alone(installation: str) -> None:
    """Shops of other tests ask nobody meanwhile."""
    from counterbell.surveys.models import SurveySettings

    SurveySettings.objects.all().delete()


def mails_of(shop: Shop) -> list[Outgoing]:
    return list(Outgoing.objects.filter(shop=shop, kind="survey").order_by("pk"))


def test_a_day_after_the_close_the_customer_is_asked_by_mail() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    assert states(shop) == [("t1", "planned", "")]
    round_at("03-04 08:59")
    assert mails_of(shop) == []
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "handed", "")]
    assert len(mails_of(shop)) == 1
    round_at("03-04 09:01")
    assert len(mails_of(shop)) == 1


def test_after_a_chat_the_customer_is_asked_a_quarter_of_an_hour_later() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00", channel="chat"))
    round_at("03-03 09:14")
    assert states(shop) == [("t1", "planned", "")]
    round_at("03-03 09:15")
    assert states(shop) == [("t1", "handed", "")]


def test_a_survey_is_in_the_record_once_its_mail_has_gone_out() -> None:
    from surveys.asked import sent_ask

    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    assert not Survey.objects.filter(shop=shop).exists()
    ask = sent_ask(shop, "03-04 09:00", mail_at=when("03-04 09:03"))
    known = Survey.objects.get(shop=shop)
    assert (known.external_id, known.ticket.external_id, known.sent_at) == (ask.survey_id, "t1", when("03-04 09:03"))


def test_a_question_is_cancelled_when_the_ticket_is_opened_again_and_armed_by_the_next_close() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    take_in(shop, [status("t1", "03-03 12:00", "open")])
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "cancelled", "reopened")]
    take_in(shop, [status("t1", "03-04 10:00")])
    round_at("03-04 10:01")
    round_at("03-05 10:00")
    assert states(shop) == [("t1", "cancelled", "reopened"), ("t1", "handed", "")]


def test_opened_and_closed_between_two_rounds_only_the_last_close_is_asked_about() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    take_in(shop, [status("t1", "03-03 12:00", "open"), status("t1", "03-03 13:00")])
    round_at("03-03 14:00")
    assert states(shop) == [("t1", "cancelled", "reopened"), ("t1", "planned", "")]


def test_closing_what_is_closed_asks_nobody_twice() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    take_in(shop, [status("t1", "03-03 12:00")])
    round_at("03-03 12:01")
    assert states(shop) == [("t1", "planned", "")]


def test_a_question_is_cancelled_when_the_customer_writes_again() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    take_in(shop, [message("t1-3", "t1", "03-03 12:00")])
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "cancelled", "customer_wrote")]


def test_a_mail_that_still_waits_is_taken_back_when_the_ticket_is_opened_again() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    take_in(shop, [status("t1", "03-04 09:01", "open")])
    round_at("03-04 09:02")
    assert states(shop) == [("t1", "cancelled", "reopened")]
    assert mails_of(shop) == []


def test_a_customer_is_asked_once_in_seven_days_over_all_channels() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    take_in(shop, helped("t2", "03-05 09:00", channel="chat"))
    take_in(shop, helped("t3", "03-10 09:00"))
    round_at("03-05 10:00")
    round_at("03-10 10:00")
    round_at("03-11 09:00")
    assert states(shop) == [("t1", "handed", ""), ("t2", "skipped", "quiet"), ("t3", "handed", "")]


def test_two_tickets_of_one_person_due_at_once_are_one_question() -> None:
    same = customer("kim-2", phone="+33 1")
    shop = asking_shop(same, *helped("t1", "03-03 09:00"), *helped("t2", "03-03 09:00"))
    round_at("03-04 09:00")
    assert [state for _ticket, state, _reason in states(shop)] == ["handed", "skipped"]


def test_a_quiet_period_of_no_days_asks_after_every_close() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"), *helped("t2", "03-03 09:00"), quiet_days=0)
    round_at("03-04 09:00")
    assert [state for _ticket, state, _reason in states(shop)] == ["handed", "handed"]


def test_whoever_was_asked_by_another_program_is_not_asked_again() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"), survey("theirs", "t1", "03-03 10:00"))
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "skipped", "quiet")]


@pytest.mark.parametrize(
    ("reason", "lines"),
    [
        ("no_customer", helped("t1", "03-03 09:00", customer="")),
        ("no_address", [customer("ben"), *helped("t1", "03-03 09:00", customer="ben")]),
        ("bad_address", [customer("ben", email="ben at home"), *helped("t1", "03-03 09:00", customer="ben")]),
        ("no_reply", [ticket("t1", "03-03 08:00"), message("m", "t1", "03-03 08:00"), status("t1", "03-03 09:00")]),
        ("outbound", [
            ticket("t1", "03-03 08:00", direction="outbound"),
            message("m", "t1", "03-03 08:00", "agent", agent="ann"), status("t1", "03-03 09:00"),
        ]),
        ("spam", [*helped("t1", "03-03 09:00"), flag("t1", "03-03 09:30")]),
        ("deleted", [*helped("t1", "03-03 09:00"), flag("t1", "03-03 09:30", "deleted")]),
        ("merged", [*helped("t1", "03-03 09:00"), ticket("t2", "03-03 08:00"), merge("t1", "t2", "03-03 09:30")]),
        ("no_reply_intent", [*helped("t1", "03-03 09:00"), intent("t1", "03-03 08:01", "other/no_reply")]),
        ("tag", [*helped("t1", "03-03 09:00"), tags("t1", "03-03 08:01", add=["partner"])]),
        ("is_agent", [
            agent("ben", email="Ben@shop.example"), customer("ben", email="ben@shop.example"),
            *helped("t1", "03-03 09:00", customer="ben"),
        ]),
    ],
)  # fmt: skip
def test_whoever_is_not_asked_is_logged_with_the_reason(reason: str, lines: list[dict[str, object]]) -> None:
    lines = [{name: value for name, value in line.items() if value != ""} for line in lines]
    shop = asking_shop(*lines, not_with_tags="vip\npartner")
    round_at("03-03 10:00")
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "skipped", reason)]
    assert mails_of(shop) == []


def test_what_was_due_long_ago_because_nothing_ran_is_not_asked_any_more() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    round_at("03-07 09:01")
    assert states(shop) == [("t1", "skipped", "too_late")]


def test_a_reply_by_automation_alone_is_asked_about() -> None:
    shop = asking_shop(
        ticket("t1", "03-03 08:00"), message("m", "t1", "03-03 08:00"),
        message("n", "t1", "03-03 08:01", "automation"), status("t1", "03-03 09:00", by="automation"),
    )  # fmt: skip
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "handed", "")]


def test_who_has_unsubscribed_is_asked_nothing_more() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    sending.no_more(shop.pk, email_of(shop), Reason.UNSUBSCRIBED, when("03-03 10:00"))
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "skipped", "unsubscribed")]


def email_of(shop: Shop) -> str:
    """Kim's address, as addresses are compared."""
    return str(Customer.objects.get(shop=shop, external_id="kim").email_key)


def test_an_address_whose_mail_comes_back_is_asked_nothing_more() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"), quiet_days=0)
    ask = sent_ask(shop, "03-04 09:00")
    assert ask.mail is not None
    assert sending.came_back(ask.mail.message_id, when("03-04 09:05"))
    assert not sending.came_back("<unknown@example.com>", when("03-04 09:05"))
    take_in(shop, helped("t2", "03-05 09:00"))
    round_at("03-05 10:00")
    round_at("03-06 09:00")
    assert states(shop)[1] == ("t2", "skipped", "bounced")


def test_of_an_erased_person_nothing_is_kept_and_nothing_sent() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    email = email_of(shop)
    sending.no_more(shop.pk, email, Reason.BOUNCED, when("03-04 09:00"))
    erase_person(shop, "kim")
    (mail,) = mails_of(shop)
    assert (mail.to, mail.text, mail.html) == ("", "", "")
    assert not Unreachable.objects.filter(shop=shop).exists()
    assert email not in str(list(Ask.objects.filter(shop=shop).values()))


def test_two_rounds_at_once_ask_once(anns_shop: Shop) -> None:
    import threading

    from django.db import connection

    shop = asking_shop(*helped("t1", "03-03 09:00"), *helped("t2", "03-03 09:00"))
    round_at("03-03 10:00")
    start, troubles = threading.Barrier(3), []

    def one_round() -> None:
        try:
            start.wait()
            round_at("03-04 09:00")
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=one_round) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert sorted(state for _t, state, _r in states(shop)) == ["handed", "skipped"]
    assert len(mails_of(shop)) == 1


def test_an_address_that_refuses_mail_is_asked_nothing_more() -> None:
    from counterbell.mail.models import State

    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    mails = Outgoing.objects.filter(shop=shop)
    mails.update(state=State.FAILED, error="kim@example.com: 550 5.1.1 no such mailbox")
    round_at("03-04 09:01")
    assert states(shop) == [("t1", "failed", "refused")]
    assert not Survey.objects.filter(shop=shop).exists()
    assert Unreachable.objects.get(shop=shop).reason == "bounced"


def test_only_the_share_that_the_shop_wants_is_asked_and_chance_does_not_change_its_mind() -> None:
    lines = [line for number in range(60) for line in _of_customer(number)]
    shop = asking_shop(*lines, sample_percent=50)
    round_at("03-04 09:00")
    found = [state for _ticket, state, _reason in states(shop)]
    assert 10 < found.count("handed") < 50
    assert {reason for _t, state, reason in states(shop) if state == "skipped"} == {"sampled_out"}


def _of_customer(number: int) -> list[dict[str, object]]:
    who = f"kim-{number}"
    return [customer(who, email=f"{who}@example.com"), *helped(f"t{number}", "03-03 09:00", customer=who)]


def test_planning_asks_the_database_no_more_for_many_tickets_than_for_few() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from counterbell.surveys import planning

    counts = []
    for size in (2, 60):
        shop = asking_shop(*[line for number in range(size) for line in _of_customer(number)])
        with CaptureQueriesContext(connection) as queries:
            assert planning.plan(setup.settings_of(shop), when("03-03 10:00")) == size
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 2, "what is written at once has a bound"


def test_what_was_closed_before_surveys_were_switched_on_is_not_asked_about() -> None:
    shop = asking_shop()
    setup.change(shop, on=False)
    take_in(shop, helped("t1", "03-03 09:00"))
    setup.change(shop, on=True)
    round_at("03-04 09:00")
    assert states(shop) == []


def test_a_history_that_is_imported_asks_nobody() -> None:
    shop = asking_shop(*helped("t1", "01-03 09:00"))
    round_at("03-04 09:00")
    assert states(shop) == []


def test_switching_surveys_off_cancels_what_is_planned() -> None:
    shop = asking_shop(*helped("t1", "03-03 09:00"))
    round_at("03-03 09:01")
    setup.change(shop, on=False)
    round_at("03-04 09:00")
    assert states(shop) == [("t1", "cancelled", "switched_off")]


def test_who_was_responsible_is_kept_as_it_was_when_the_question_was_sent() -> None:
    from record.cast import assignment

    shop = asking_shop(
        *helped("t1", "03-03 09:00", store="paris", language="fr-FR"),
        assignment("t1", "03-03 08:10", "ben", team="night"),
    )
    round_at("03-04 09:00")
    take_in(shop, [assignment("t1", "03-04 10:00", "ann")])
    ask = Ask.objects.get(shop=shop)
    kept = (
        ask.assignee,
        ask.closer,
        ask.last_replier,
        ask.team,
        ask.channel,
        ask.store,
        ask.first_channel,
        ask.language,
    )
    assert kept == ("ben", "ann", "ann", "night", "email", "paris", "email", "fr")


def test_dans_customers_are_not_asked_because_ann_wants_it() -> None:
    asking_shop(*helped("t1", "03-03 09:00"))
    dans = Shop.objects.create(slug="dan")
    take_in(dans, helped("t1", "03-03 09:00"))
    round_at("03-04 09:00")
    assert states(dans) == []
