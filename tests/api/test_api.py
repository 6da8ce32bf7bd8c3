"""What the API answers: the same figures as everywhere, to whoever has a token, and clear words to whoever has not."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from api.conftest import MARCH
from api.programs_that_ask import get, program
from cli.programs import call
from django.test import Client
from web.people import person

from counterbell.accounts import tokens
from counterbell.accounts.models import ApiToken, Membership, Role, Shop
from counterbell.api._api import api
from counterbell.api._cursor import Cursor
from counterbell.audit.models import Note
from counterbell.audit.sentences import sentence
from counterbell.errors import Problem
from counterbell.goals.models import Alert, Rule
from counterbell.metrics import metrics
from counterbell.office import staff
from counterbell.record.models import Message, Ticket


def test_the_report_is_that_of_the_command_line(sqlite: object, told: Shop, reader: Client) -> None:
    as_of = "2025-04-02T00:00:00Z"
    asked = ("--from", "2025-03-01", "--to", "2025-04-01", "--as-of", as_of, "--by", "channel")
    printed = call("report", *asked, "--shop", told.slug, "--format", "json").json
    assert get(reader, "report", **MARCH, as_of=as_of, by="channel") == printed


def test_the_flat_report_is_that_of_the_command_line(sqlite: object, told: Shop, reader: Client) -> None:
    printed = call(
        "report",
        "--from",
        "2025-03-01",
        "--to",
        "2025-04-01",
        "--shop",
        told.slug,
        "--format",
        "csv",
        "--metric",
        "csat",
    )
    answer = reader.get("/api/v1/report.csv", {**MARCH, "metric": "csat"})
    assert b"".join(answer.streaming_content).decode().splitlines() == printed.output.decode().splitlines()  # type: ignore[attr-defined]


def test_rows_come_in_pages_that_add_up_to_the_figure(reader: Client) -> None:
    figure = get(reader, "report", **MARCH, metric="tickets_created")["total"]["metrics"]["tickets_created"]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = get(reader, "rows", **MARCH, limit=10, cursor=cursor)
        seen += [row["ticket"] for row in page["rows"]]
        assert page["total"] == figure
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == figure == 26


def test_what_comes_between_two_pages_moves_nothing(told: Shop, reader: Client) -> None:
    first = get(reader, "rows", **MARCH, limit=20)
    late = {"type": "flag", "ticket": "c04", "at": datetime.now(UTC).isoformat(), "flag": "spam"}
    assert program(told, "write").post("/api/v1/entries", json.dumps(late), "application/x-ndjson").status_code == 200
    second = get(reader, "rows", **MARCH, limit=20, cursor=first["next"])
    assert len(first["rows"]) + len(second["rows"]) == 26


def test_days_that_nobody_named_stay_the_same_from_page_to_page(told: Shop, reader: Client) -> None:
    then = datetime(2025, 3, 28, 23, 59, tzinfo=UTC)
    page = get(reader, "rows", limit=20, cursor=Cursor(0, then, then).after(20, 100))
    assert page["total"] == 26
    assert [row["ticket"] for row in page["rows"]] == ["c23", "c24", "c25", "c26", "c27", "c28"]


def test_all_rows_as_csv(reader: Client) -> None:
    answer = reader.get("/api/v1/rows.csv", {**MARCH, "metric": "first_response_time"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["ticket"], row["first_response_seconds"]) == ("t1", "1200")


def test_every_metric_is_explained(reader: Client) -> None:
    listed = get(reader, "metrics")
    assert [one["key"] for one in listed] == list(metrics())
    told = get(reader, "metrics/csat")
    assert told["rule"]
    assert "select" in told["sql"][0]


def test_an_answer_that_has_not_changed_is_not_sent_again(reader: Client) -> None:
    asked = {**MARCH, "as_of": "2025-04-02T00:00:00Z"}
    first = reader.get("/api/v1/report", asked)
    again = reader.get("/api/v1/report", asked, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in first["Cache-Control"]


def test_lines_go_in_and_the_bad_ones_come_back_with_their_reason(told: Shop) -> None:
    lines = [
        {"type": "message", "id": "m9", "ticket": "t1", "at": "2025-03-05T09:00:00Z", "by": "customer"},
        {"type": "message", "id": "m10", "ticket": "t1", "at": "yesterday", "by": "customer"},
        {"type": "shop", "timezone": "Asia/Tokyo", "currency": "JPY"},
    ]
    body = "\n".join(map(json.dumps, lines))
    writer = program(told, "write")
    for new in (1, 0):
        answer = writer.post("/api/v1/entries", body, "application/x-ndjson").json()
        assert answer["new"] == ({"message": new} if new else {})
        assert [one["line"] for one in answer["refusals"]] == [2, 3]
        assert "scope admin" in answer["refusals"][1]["reason"]
    assert Message.objects.filter(shop=told, external_id="m9").count() == 1
    told.refresh_from_db()
    assert told.timezone != "Asia/Tokyo"


def test_dans_token_sees_and_changes_only_dans_shop(told: Shop, dans_shop: Shop, stranger: Client) -> None:
    assert get(stranger, "shop")["slug"] == dans_shop.slug
    assert get(stranger, "rows", **MARCH)["total"] == 0
    line = {"type": "message", "id": "m9", "ticket": "t1", "at": "2025-03-05T09:00:00Z", "by": "customer"}
    stranger.post("/api/v1/entries", json.dumps(line), "application/x-ndjson")
    assert not Ticket.objects.filter(shop=dans_shop).exists()
    assert not Message.objects.filter(shop=told, external_id="m9").exists()


@pytest.mark.parametrize("said", [{}, {"Authorization": "Bearer cb_none"}, {"Authorization": "Basic cb_none"}])
def test_without_a_good_token_nothing_is_told(told: Shop, said: dict[str, str]) -> None:
    answer = Client(headers=said).get("/api/v1/shop")
    assert answer.status_code == 401
    assert "Bring a token" in answer.json()["error"]


def test_a_token_that_was_taken_back_opens_nothing(told: Shop) -> None:
    client = program(told, "read")
    token = ApiToken.objects.get(shop=told)
    assert get(client, "shop")["slug"] == told.slug
    assert tokens.revoke(told, token.pk, at=datetime.now(UTC))
    assert client.get("/api/v1/shop").status_code == 401
    assert not tokens.revoke(told, token.pk, at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("becomes", "good"), [(Role.LEAD, {"till", "sync"}), (Role.AGENT, set()), (Role.VIEWER, set()), (None, set())]
)
def test_a_token_goes_when_its_maker_may_no_longer_have_it(told: Shop, becomes: Role | None, good: set[str]) -> None:
    olga, cleo = person(told, Role.OWNER), person(told, Role.OWNER, name="cleo")
    scopes = {"till": ["read"], "sync": ["read", "write"], "night": ["admin"]}
    clients = {name: program(told, *has, name=name, by=cleo) for name, has in scopes.items()}
    others = [program(told, "read", by=olga), program(told, "admin")]
    membership = Membership.objects.get(shop=told, user=cleo)
    if becomes:
        staff.change(membership, olga, becomes, agent="", at=datetime.now(UTC))
    else:
        staff.remove(membership, olga, at=datetime.now(UTC))
    assert {name for name, client in clients.items() if client.get("/api/v1/alerts").status_code != 401} == good
    assert all(client.get("/api/v1/alerts").status_code != 401 for client in others)
    noted = Note.objects.filter(shop=told, what="token.lapsed", by=olga.email).order_by("pk")
    assert {note.told["token"] for note in noted} == set(scopes) - good
    if noted:
        assert "who made it, may no longer have it" in sentence(noted[0])


def test_a_token_may_no_more_than_who_makes_it(told: Shop) -> None:
    cleo = person(told, Role.LEAD)
    with pytest.raises(Problem, match="ask an owner"):
        tokens.make(told, "till", ["admin"], by=cleo, at=datetime.now(UTC))


def test_only_a_digest_of_the_secret_is_kept(told: Shop) -> None:
    token, secret = tokens.make(told, "till", ["read"], by=None, at=datetime.now(UTC))
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values())


def test_a_token_without_the_scope_is_told_which_it_needs(reader: Client) -> None:
    answer = reader.post("/api/v1/entries", "{}", "application/x-ndjson")
    assert answer.status_code == 403
    assert "needs write" in answer.json()["error"]


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "root"]])
def test_a_scope_that_is_none_is_refused(anns_shop: Shop, scopes: list[str]) -> None:
    with pytest.raises(Problem, match="scopes are among read, write, admin"):
        tokens.make(anns_shop, "till", scopes, by=None, at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("path", "asked", "status", "words"),
    [
        ("report", {"metric": "csatt"}, 400, "Did you mean 'csat'"),
        ("report", {"from": "2025-03-31", "to": "2025-03-01"}, 400, "has no day"),
        ("report", {"from": "2015-01-01", "to": "2025-01-01", "grain": "hour"}, 400, "at most"),
        ("report", {"grain": "fortnight"}, 400, "There is no grain"),
        ("report", {"by": "colour"}, 400, "There is no dimension"),
        ("report", {"where": "channel"}, 400, "has no '='"),
        ("report", {"as_of": "now"}, 400, "is no time"),
        ("report", {"compare": "decade"}, 422, "compare"),
        ("rows", {"limit": 5000}, 422, "limit"),
        ("rows", {"cursor": "abc"}, 400, "none of ours"),
        ("metrics/nothing", {}, 400, "There is no metric"),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence(
    reader: Client, path: str, asked: dict[str, Any], status: int, words: str
) -> None:
    answer = reader.get(f"/api/v1/{path}", asked)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_too_much_at_once_is_refused_before_it_is_read(told: Shop) -> None:
    answer = program(told, "write").post("/api/v1/entries", b" " * 2_700_000, "application/x-ndjson")
    assert answer.status_code == 413
    assert "2.5 MB" in answer.json()["error"]


def test_who_asks_too_often_is_told_when_to_come_back(told: Shop) -> None:
    client = program(told, "read")
    codes = [client.get("/api/v1/shop").status_code for _ in range(140)]
    assert 429 in codes
    answer = client.get("/api/v1/shop")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


def test_the_schema_and_its_page_need_nothing_from_elsewhere(installation: str) -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    assert {"/api/v1/report", "/api/v1/rows", "/api/v1/entries"} <= set(schema["paths"])
    page = Client().get("/api/v1/docs").content.decode()
    assert "http://" not in page
    assert "https://" not in page


def test_a_goal_is_set_seen_and_given_up(told: Shop) -> None:
    program(told, "read")
    lead = program(told, "read", "admin")
    goal = {"metric": "resolution_time", "value": 3600}
    answer = lead.put("/api/v1/goals", json.dumps(goal), "application/json")
    assert (answer.status_code, answer.json()["target"]) == (200, 3600)
    assert [one["metric"] for one in get(lead, "goals")] == ["resolution_time"]
    assert lead.delete("/api/v1/goals", json.dumps(goal), "application/json").status_code == 204
    assert get(lead, "goals") == []
    assert set(Note.objects.filter(shop=told, what__startswith="goal.").values_list("by", flat=True)) == {"API: test"}


def test_a_goal_that_cannot_be_is_refused_with_a_sentence(told: Shop) -> None:
    lead = program(told, "read", "admin")
    for goal in ({"metric": "csat", "value": 7}, {"metric": "resolution_time", "value": -1}, {"metric": "csat"}):
        answer = lead.put("/api/v1/goals", json.dumps(goal), "application/json")
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")


def test_goals_need_the_scope_admin(reader: Client) -> None:
    answer = reader.put("/api/v1/goals", json.dumps({"metric": "csat", "value": 4.5}), "application/json")
    assert answer.status_code == 403


OPERATIONS = [(path, verb) for path, verbs in api().get_openapi_schema()["paths"].items() for verb in verbs]
OF_EVERYBODY = {"/api/v1/metrics/{key}"}


@pytest.mark.parametrize(("path", "verb"), OPERATIONS)
def test_every_operation_wants_a_token(sqlite: object, path: str, verb: str) -> None:
    assert getattr(Client(), verb)(path.replace("{number}", "1").replace("{key}", "csat")).status_code == 401


def test_nothing_of_anns_is_there_for_dans_token(told: Shop, stranger: Client) -> None:
    began = datetime(2025, 3, 3, tzinfo=UTC)
    rule = Rule.objects.create(shop=told, kind="waiting", limit=60, set_at=began)
    alert = Alert.objects.create(shop=told, rule=rule, occurrence="1", kind="waiting", values={}, opened_at=began)
    anns = {"/api/v1/alerts/{number}/acknowledge": {"number": alert.pk}}
    assert get(stranger, "alerts") == []
    for path, verb in OPERATIONS:
        if "{" in path and path not in OF_EVERYBODY:
            assert path in anns, f"Put something of Ann's that stands in {path} here."
            assert getattr(stranger, verb)(path.format(**anns[path])).status_code == 404
    alert.refresh_from_db()
    assert alert.acknowledged_at is None
