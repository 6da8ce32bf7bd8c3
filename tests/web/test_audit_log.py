"""What Cleo sets elsewhere stands in the audit log too, in the reader's language."""

import pytest
from django.utils import translation
from goals.cast import annas_shop, at
from web.people import person

from counterbell.accounts.models import Role, Shop, User
from counterbell.audit import trail
from counterbell.audit.models import Note
from counterbell.audit.sentences import sentence
from counterbell.desk import macros
from counterbell.goals import listeners, offers, quiet, rules, targets
from counterbell.goals.models import RuleKind
from counterbell.goals.scopes import Scope
from counterbell.goals.targets import Goal
from counterbell.reports import subscriptions

NOON = at("03-12 12:00")


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return annas_shop()


@pytest.fixture
def cleo(shop: Shop) -> User:
    return person(shop, Role.LEAD, name="cleo")


def noted(shop: Shop, by: User) -> list[str]:
    return [sentence(note) for note in Note.objects.filter(shop=shop, by=by.email).order_by("pk")]


def test_goals_are_noted_when_they_are_set_changed_and_given_up(shop: Shop, cleo: User) -> None:
    csat = Goal("csat", Scope("team", "care"))
    targets.set_target(shop, csat, value=4.5, by=cleo, at=NOON)
    targets.set_target(shop, csat, value=4.5, by=cleo, at=NOON)
    targets.set_target(shop, csat, value=4.25, by=cleo, at=NOON)
    targets.give_up(shop, csat, by=cleo, at=NOON)
    offers.accept(shop, ["one_reply_rate"], by=cleo, at=NOON)
    rate = "One-reply resolution rate (whole shop, each month)"
    of = "Customer satisfaction (CSAT) (team care, each month)"
    assert noted(shop, cleo) == [
        f"Goal from Mar 1, 2025 on: {of}: 4.50",
        f"Goal from Mar 1, 2025 on: {of}: 4.25 instead of 4.50",
        f"Goal given up from Mar 1, 2025 on: {of}: 4.25",
        f"Goal from Mar 1, 2025 on: {rate}: better by 1.0% than the time before",
    ]


def test_what_one_is_told_of_is_noted(shop: Shop, cleo: User) -> None:
    slow = rules.Wish(RuleKind.THRESHOLD, "resolution_time", limit=8 * 3600, days=28)
    rule = rules.set_rule(shop, slow, by=cleo, at=NOON)
    rules.set_rule(shop, slow, by=cleo, at=NOON)
    rules.set_rule(shop, rules.Wish(RuleKind.WAITING, limit=86_400), by=cleo, at=NOON)
    for _twice in range(2):
        rules.turn_off(shop, rule.pk, by=cleo, at=NOON)
    of = "A metric passes a limit · Average resolution time · whole shop · 8 h · the last 28 days"
    assert noted(shop, cleo) == [
        f"Alert switched on: {of}",
        "Alert switched on: A ticket waits too long for an answer · whole shop · 1 d",
        f"Alert switched off: {of}",
    ]
    with translation.override("fr"):
        assert noted(shop, cleo)[0].startswith("Alerte activée\u00a0: ")


def test_to_whom_and_when_alerts_are_told_is_noted_without_a_webhooks_secrets(shop: Shop, cleo: User) -> None:
    for _twice in range(2):
        mail = listeners.mail_to(shop, "olga@example.com", by=cleo, at=NOON)
    listeners.webhook_to(shop, "https://1.1.1.1/hooks/s3same", by=cleo, at=NOON)
    for _twice in range(2):
        listeners.no_longer(shop, mail.pk, by=cleo, at=NOON)
        quiet.set_quiet_hours(shop, "21:00", "08:00", by=cleo, at=NOON)
    for _twice in range(2):
        quiet.no_quiet_hours(shop, by=cleo, at=NOON)
    assert noted(shop, cleo) == [
        "Alerts are told to olga@example.com (English)",
        "Alerts are told to a webhook at 1.1.1.1, with a new secret",
        "Alerts are no longer told to olga@example.com",
        "No alerts are told from 21:00 to 08:00",
        "Alerts are told at all hours",
    ]


def test_who_gets_which_report_is_noted(shop: Shop, cleo: User) -> None:
    for _twice in range(2):
        report = subscriptions.subscribe(shop, cleo, "lead", "week", by=cleo, at=NOON)
    for _twice in range(2):
        subscriptions.unsubscribe(report, by=cleo, at=NOON)
    assert noted(shop, cleo) == [
        f"The report for the lead goes to {cleo.email}, every week",
        f"The report for the lead no longer goes to {cleo.email}, every week",
    ]


def test_macros_are_noted(shop: Shop, cleo: User) -> None:
    macro = macros.keep(shop, "Late", {"en": "Sorry"}, by=cleo, at=NOON)
    macros.keep(shop, "Too late", {"en": "Sorry"}, macro=macro, by=cleo, at=NOON)
    macros.forget(macro, by=cleo, at=NOON)
    assert noted(shop, cleo) == ["Macro Late made", "Macro Too late changed", "Macro Too late taken away"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            [
                "Délai fixé à partir du 1 avr. 2025 (canal\u00a0: E-mail, priorité\u00a0: urgente)\u00a0: "
                "première réponse\u00a0: 4 h, résolution\u00a0: 2 j",
                "Jeton till créé, droits\u00a0: lire les chiffres et les lignes",
                "ann@example.com\u00a0: passage de agent (ann) à responsable",
                "Enquêtes, «\u00a0Délai après la fermeture d’un ticket par e-mail\u00a0»\u00a0: "
                "passage de 2 j à 1 h 30",
                "Enquêtes, «\u00a0Une note basse rouvre le ticket\u00a0»\u00a0: passage de non à oui",
                "Règle any activée",
            ],
        ),
        (
            "en",
            [
                "Response target from Apr 1, 2025 on (channel: E-mail, priority: urgent): first reply: 4 h, "
                "resolution: 2 d",
                "Token till made, may read figures and rows",
                "ann@example.com changed from agent (ann) to lead",
                "Surveys: Time from the close of a mail ticket changed from 2 d to 1 h 30",
                "Surveys: A low score opens the ticket again changed from no to yes",
                "Rule any switched on",
            ],
        ),
    ],
)
def test_what_notes_keep_is_read_in_the_readers_language(
    shop: Shop, cleo: User, language: str, said: list[str]
) -> None:
    survey = {"setting": "mail_delay_minutes", "old": 2880, "new": 90}
    scope = {"channel": "email", "priority": "urgent"}
    trail.note(shop, cleo, "target.set", at=NOON, since="2025-04-01", first="4 h", whole="2 d", **scope)
    trail.note(shop, cleo, "token.made", at=NOON, token="till", scopes="read")
    trail.note(shop, cleo, "person.changed", at=NOON, person="ann@example.com", old="agent (ann)", new="lead")
    trail.note(shop, cleo, "surveys.changed", at=NOON, **survey)
    trail.note(shop, cleo, "surveys.changed", at=NOON, setting="low_reopens", old=False, new=True)
    trail.note(shop, cleo, "rule.on", at=NOON, rule="any")
    with translation.override(language):
        assert noted(shop, cleo) == said


def test_an_absence_is_noted_by_the_clock_of_the_shop(shop: Shop, cleo: User) -> None:
    trail.note(shop, cleo, "away.set", at=NOON, person="Ann", since="2025-04-01 09:30", until="further notice")
    assert noted(shop, cleo) == ["Ann away from Apr 1, 2025, 9:30\u202fAM until further notice"]
