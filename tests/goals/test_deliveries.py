"""Telling alerts: by mail and webhook, each once, in quiet hours later, and when processes die."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from goals.cast import annas_shop, at, more, open_ticket
from goals.receiver import Receiver
from record.cast import status

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.goals import webhooks
from counterbell.goals.alerts import evaluate
from counterbell.goals.deliveries import BACKOFF, LEASE, Letter, deliver, repeat
from counterbell.goals.listeners import listeners, mail_to, no_longer, webhook_to
from counterbell.goals.mailing import by_mail
from counterbell.goals.models import Alert, Delivery, Listener, RuleKind
from counterbell.goals.quiet import set_quiet_hours, told_from
from counterbell.goals.rules import Wish, set_rule
from counterbell.mail.models import Outgoing

RAISED = at("03-05 12:00")


class Killed(BaseException):
    """The process ends here."""


class Post:
    """The outbox, and a process that may die as soon as a letter is in it."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.dies = shop, False

    def send(self, letter: Letter) -> None:
        by_mail(letter)
        if self.dies:
            raise Killed

    @property
    def letters(self) -> dict[str, str]:
        """The texts that are to go out, by reader."""
        return dict(Outgoing.objects.filter(shop=self.shop).values_list("to", "text"))


@pytest.fixture
def shop(installation: str) -> Shop:
    """With a ticket that has waited too long on 5 March."""
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    set_rule(shop, Wish(RuleKind.WAITING, limit=86_400), at=at("03-01"))
    return shop


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as receiver:
        monkeypatch.setenv(webhooks.FOR_TESTS, receiver.url)
        yield receiver


def told(shop: Shop, when: datetime, post: Post) -> int:
    return deliver(at=when, send=post.send, shop=shop)


def state(shop: Shop) -> str:
    return Delivery.objects.get(alert__shop=shop).state


def test_an_alert_goes_to_each_listener_once_in_the_readers_language(shop: Shop) -> None:
    post = Post(shop)
    mail_to(shop, "cleo@example.com", at=RAISED)
    mail_to(shop, "olga@example.com", language="fr", at=RAISED)
    evaluate(shop, at=RAISED)
    assert told(shop, RAISED, post) == 2
    assert told(shop, RAISED + timedelta(hours=1), post) == 0
    assert "1 ticket has waited for an answer for more than 1 d" in post.letters["cleo@example.com"]
    assert "1 ticket attend une réponse" in post.letters["olga@example.com"]


def test_a_mail_killed_between_claim_and_sending_is_told_once(shop: Shop) -> None:
    """Under its key the outbox takes it once, so it is simply done again when the claim has lapsed."""
    post = Post(shop)
    mail_to(shop, "cleo@example.com", at=RAISED)
    evaluate(shop, at=RAISED)
    post.dies = True
    with pytest.raises(Killed):
        told(shop, RAISED, post)
    post.dies = False
    assert state(shop) == "claimed"
    assert told(shop, RAISED + timedelta(minutes=1), post) == 0
    assert told(shop, RAISED + LEASE + timedelta(minutes=1), post) == 1
    assert state(shop) == "told"
    assert Outgoing.objects.filter(shop=shop).count() == 1


def test_a_webhook_killed_between_claim_and_answer_is_unsure_until_a_person_repeats_it(
    shop: Shop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have arrived: rather not told twice, and shown."""
    webhook_to(shop, f"{receiver.url}/hook", at=RAISED)
    evaluate(shop, at=RAISED)
    Delivery.objects.filter(alert__shop=shop).update(state=Delivery.State.CLAIMED, claimed_at=RAISED)
    assert told(shop, RAISED + LEASE + timedelta(minutes=1), Post(shop)) == 0
    assert state(shop) == "unsure"
    assert receiver.bodies == []
    later = RAISED + timedelta(hours=1)
    repeat(shop, Delivery.objects.get(alert__shop=shop).pk, at=later)
    assert told(shop, later, Post(shop)) == 1
    assert len(receiver.bodies) == 1


def test_a_webhook_is_signed_over_time_and_body(shop: Shop, receiver: Receiver) -> None:
    listener, secret = webhook_to(shop, f"{receiver.url}/hook", at=RAISED)
    assert secret not in listener.secret
    evaluate(shop, at=RAISED)
    assert told(shop, RAISED, Post(shop)) == 1
    assert receiver.is_signed(0, secret)
    assert not receiver.is_signed(0, "another")
    assert receiver.headers[0]["counterbell-signature"].startswith(f"t={int(RAISED.timestamp())},")
    [body] = receiver.told()
    assert body["sentence"].startswith("1 ticket has waited for an answer for more than 1 d")
    assert (body["shop"], body["kind"], body["values"]["ticket"]) == (shop.slug, "waiting", "t1")


def test_what_is_not_taken_is_tried_again_later_each_time_and_then_fails(shop: Shop, receiver: Receiver) -> None:
    receiver.statuses = [500] * 20
    webhook_to(shop, receiver.url, at=RAISED)
    evaluate(shop, at=RAISED)
    when, waits = RAISED, []
    while state(shop) == "due":
        due = Delivery.objects.get(alert__shop=shop).due_at
        waits.append(due - when)
        when = due
        assert told(shop, when, Post(shop)) == 0
    assert waits[1:] == list(BACKOFF)
    assert state(shop) == "failed"
    assert len({headers["counterbell-delivery"] for headers in receiver.headers}) == 1


def test_a_receiver_that_comes_back_is_told(shop: Shop, receiver: Receiver) -> None:
    receiver.statuses = [503]
    webhook_to(shop, receiver.url, at=RAISED)
    evaluate(shop, at=RAISED)
    assert told(shop, RAISED, Post(shop)) == 0
    assert told(shop, RAISED + timedelta(seconds=59), Post(shop)) == 0
    assert told(shop, RAISED + timedelta(minutes=1), Post(shop)) == 1


def test_a_receiver_that_hangs_up_leaves_it_unsure(shop: Shop, receiver: Receiver) -> None:
    receiver.statuses = [0]
    webhook_to(shop, receiver.url, at=RAISED)
    evaluate(shop, at=RAISED)
    assert told(shop, RAISED, Post(shop)) == 0
    assert state(shop) == "unsure"
    assert told(shop, RAISED + timedelta(days=1), Post(shop)) == 0


def test_redirects_are_not_followed(shop: Shop, receiver: Receiver) -> None:
    receiver.statuses = [302]
    webhook_to(shop, receiver.url, at=RAISED)
    evaluate(shop, at=RAISED)
    assert told(shop, RAISED, Post(shop)) == 0
    assert Delivery.objects.get(alert__shop=shop).error == "HTTP 302"


def test_who_listens_no_longer_is_told_nothing(shop: Shop) -> None:
    post, listener = Post(shop), mail_to(shop, "cleo@example.com", at=RAISED)
    evaluate(shop, at=RAISED)
    no_longer(shop, listener.pk, at=RAISED)
    assert told(shop, RAISED, post) == 0
    assert (state(shop), listeners(shop), post.letters) == ("failed", [], {})


def test_quiet_hours_put_off_what_comes_up_in_them_to_their_end(shop: Shop) -> None:
    post = Post(shop)
    mail_to(shop, "cleo@example.com", at=RAISED)
    set_quiet_hours(shop, "21:00", "08:00", at=RAISED)
    evaluate(shop, at=at("03-05 22:30"))
    assert told(shop, at("03-05 22:30"), post) == 0
    assert told(shop, at("03-06 07:59"), post) == 0
    assert told(shop, at("03-06 08:00"), post) == 1


@pytest.mark.parametrize(
    ("since", "until", "when", "wanted"),
    [
        ("21:00", "08:00", "03-05 20:59", "03-05 20:59"),
        ("21:00", "08:00", "03-05 21:00", "03-06 08:00"),
        ("21:00", "08:00", "03-06 03:00", "03-06 08:00"),
        ("21:00", "08:00", "03-06 08:00", "03-06 08:00"),
        ("12:00", "14:00", "03-06 13:00", "03-06 14:00"),
        ("12:00", "14:00", "03-06 14:00", "03-06 14:00"),
    ],
)
def test_when_quiet_hours_end(sqlite: object, since: str, until: str, when: str, wanted: str) -> None:
    shop = annas_shop()
    set_quiet_hours(shop, since, until, at=RAISED)
    assert told_from(shop, at(when)) == at(wanted)


def test_quiet_hours_are_those_of_the_shops_clock_also_when_it_changes(sqlite: object) -> None:
    """In the night to 30 March Paris goes from two to three o'clock."""
    shop = annas_shop()
    shop.timezone = "Europe/Paris"
    shop.save()
    set_quiet_hours(shop, "22:00", "07:00", at=RAISED)
    assert told_from(shop, at("03-29 21:30")) == at("03-30 05:00")
    assert told_from(shop, at("03-28 21:30")) == at("03-29 06:00")


@pytest.mark.parametrize(("since", "until"), [("8", "9"), ("25:00", "08:00"), ("08:00", "08:00"), ("08:00", "")])
def test_what_are_no_quiet_hours_is_refused(sqlite: object, since: str, until: str) -> None:
    with pytest.raises(Problem, match=r"no hours|no time of day"):
        set_quiet_hours(annas_shop(), since, until, at=RAISED)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/hook", "it does not begin with https://"),
        ("ftp://example.com/hook", "it does not begin with https://"),
        ("https://127.0.0.1/hook", "it leads to a private address"),
        ("https://localhost/hook", "it leads to a private address"),
        ("https://10.1.2.3/hook", "it leads to a private address"),
        ("https://192.168.1.1/hook", "it leads to a private address"),
        ("https://172.16.0.9/hook", "it leads to a private address"),
        ("https://169.254.169.254/latest/meta-data", "it leads to a private address"),
        ("https://100.64.0.1/hook", "it leads to a private address"),
        ("https://224.0.0.1/hook", "it leads to a private address"),
        ("https://255.255.255.255/hook", "it leads to a private address"),
        ("https://0.0.0.0/hook", "it leads to a private address"),
        ("https://2130706433/hook", "it leads to a private address"),
        ("https://0x7f.1/hook", "it leads to a private address"),
        ("https://[::1]/hook", "it leads to a private address"),
        ("https://[::]/hook", "it leads to a private address"),
        ("https://[fe80::1]/hook", "it leads to a private address"),
        ("https://[fd00::1]/hook", "it leads to a private address"),
        ("https://[ff02::1]/hook", "it leads to a private address"),
        ("https://[::ffff:10.0.0.1]/hook", "it leads to a private address"),
        ("https://[64:ff9b::a00:1]/hook", "it leads to a private address"),
        ("https://[2002:a00:1::]/hook", "it leads to a private address"),
        ("https://user:pass@1.1.1.1/hook", "without user name"),
        ("https://nowhere.invalid/hook", "there is no address of that name"),
        ("https:///hook", "plain address"),
        ("hook", "it does not begin with https://"),
        ("https://a:b/hook", "it is no URL"),
    ],
)  # fmt: skip
def test_a_webhook_goes_to_public_https_addresses_only(sqlite: object, url: str, reason: str) -> None:
    with pytest.raises(Problem) as refused:
        webhook_to(annas_shop(), url, at=RAISED)
    assert reason in str(refused.value)
    assert url in str(refused.value)


def test_a_name_that_is_not_found_just_now_is_tried_again() -> None:
    with pytest.raises(webhooks.NotTaken, match="there is no address of that name"):
        webhooks.post("https://nowhere.invalid/hook", b"{}", secret="s", seconds=1, delivery="1")


@pytest.mark.parametrize("address", ["1.1.1.1", "[2606:4700:4700::1111]"])
def test_a_public_address_may_be_named(sqlite: object, address: str) -> None:
    webhook_to(annas_shop(), f"https://{address}/hook", at=RAISED)


def test_without_the_setting_of_the_tests_this_machine_is_not_reached(
    shop: Shop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_to(shop, receiver.url, at=RAISED)
    evaluate(shop, at=RAISED)
    monkeypatch.delenv(webhooks.FOR_TESTS)
    assert told(shop, RAISED, Post(shop)) == 0
    assert state(shop) == "failed"
    assert receiver.bodies == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1@example.com/", "http://127.0.0.1:12/", "http://127.0.0.1.example.com:1/"]
)
def test_the_setting_of_the_tests_opens_that_one_server_only(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(webhooks.FOR_TESTS, "http://127.0.0.1:1")
    with pytest.raises(Problem):
        webhooks.checked(url)


@pytest.mark.parametrize("address", ["", "cleo", "cleo@", "a b@example.com", "cleo@example.com, olga@example.com"])
def test_what_is_no_mail_address_is_refused(sqlite: object, address: str) -> None:
    with pytest.raises(Problem, match="is no mail address"):
        mail_to(annas_shop(), address, at=RAISED)


def test_dan_hears_nothing_of_annas_shop(shop: Shop, dans_shop: Shop) -> None:
    post = Post(shop)
    mail_to(dans_shop, "dan@example.com", at=RAISED)
    evaluate(shop, at=RAISED)
    assert told(shop, RAISED, post) == 0
    assert Alert.objects.filter(shop=dans_shop).count() == 0
    with pytest.raises(Problem, match="no listener"):
        no_longer(shop, Listener.objects.get(shop=dans_shop).pk, at=RAISED)


def test_an_alert_that_is_over_before_the_quiet_hours_end_is_told_all_the_same(shop: Shop) -> None:
    post = Post(shop)
    mail_to(shop, "cleo@example.com", at=RAISED)
    set_quiet_hours(shop, "21:00", "08:00", at=RAISED)
    evaluate(shop, at=at("03-05 22:30"))
    more(shop, [status("t1", "03-05 23:00", by="agent", agent="ann")])
    evaluate(shop, at=at("03-05 23:30"))
    assert told(shop, at("03-06 08:00"), post) == 1
