"""What all sources share: the API client, credentials, saved pages, vendors' figures, and the commands around them."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cli.programs import call, installation, run
from django.conf import settings
from django.utils import timezone
from record.cast import agent, message, status, ticket
from record.records import content, take_in
from sources.shops import support_team, take
from sources.vendor_server import VendorServer

from counterbell import credentials
from counterbell.cli import _comparing
from counterbell.cli.sync import due
from counterbell.errors import Problem
from counterbell.record import vendor_figures
from counterbell.record.entries import Entry, Ticket
from counterbell.record.models import Connection, VendorFigure
from counterbell.sources import names, source
from counterbell.sources._api import FOR_TESTS, Api, ApiProblem, Rate, retry_after
from counterbell.sources._decisions import Compared, Decision, Rule, Twin, reason, same
from counterbell.sources._pages import Bookmark, saved
from counterbell.sources._stream import Beside, EntriesOf, Kind, Secret, Stream, VendorObject
from counterbell.sources._values import NotReadable, instant, key

SECRET = Secret("TEST_TOKEN", "The token")
HOUR = 3_600_000_000


def api(**told: object) -> Api:
    return Api("https://vendor.example/api", rate=Rate(1000, 1), secret="hush", first_wait=0.01)


# ---- the API client


def test_an_api_is_read_over_https_and_replaced_by_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="https only"):
        Api("http://vendor.example/api", rate=Rate(1, 1), secret="")
    monkeypatch.setenv(FOR_TESTS, "https://elsewhere.example")
    with pytest.raises(Problem, match="https only"):
        api()


def test_the_rate_is_kept_and_the_vendors_count_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    with VendorServer().in_place(monkeypatch) as server:
        server.one("/api/x", {})
        with Api("https://v.example/api", rate=Rate(5, 1, "X-Limit"), secret="") as vendor:
            began = time.monotonic()
            for _ in range(8):
                vendor.get("x")
            assert time.monotonic() - began > 0.5  # five at once, then one each fifth of a second


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("2.5") == 2.5
    assert retry_after(None) is None
    assert retry_after("soon") is None
    assert retry_after("100000") == 300
    coming = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
    assert coming is not None
    assert 50 < coming <= 60


def test_a_next_page_elsewhere_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with VendorServer().in_place(monkeypatch), api() as vendor, pytest.raises(ApiProblem, match="not followed"):
        vendor.get("https://evil.example/api/x")


def test_no_error_tells_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with VendorServer().in_place(monkeypatch) as server, api() as vendor:
        server.one("/api/x", {})
        server.fail(1, 422)
        server.require(authorization="never")
        with pytest.raises(ApiProblem) as problem:
            vendor.get("x", said="hush")
    assert "hush" not in str(problem.value)


# ---- credentials


def test_a_secret_comes_from_the_environment_or_a_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert credentials.found(SECRET) is None
    file = tmp_path / "token"
    file.write_text("from a file\n")
    monkeypatch.setenv("COUNTERBELL_TEST_TOKEN_FILE", str(file))
    file.chmod(0o640)
    with pytest.raises(Problem, match="can be read by others"):
        credentials.found(SECRET)
    file.chmod(0o600)
    assert credentials.found(SECRET) == "from a file"
    monkeypatch.setenv("COUNTERBELL_TEST_TOKEN", "from the environment")
    assert credentials.found(SECRET) == "from the environment"


def test_where_nobody_can_be_asked_the_sentence_says_what_to_set() -> None:
    with pytest.raises(Problem, match="COUNTERBELL_TEST_TOKEN_FILE"):
        credentials.asked_for(SECRET)


def test_a_kept_secret_is_read_with_its_key_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FACTS_DIRECTORY", tmp_path / "facts")
    kept = credentials.encrypted("hush")
    assert "hush" not in kept
    assert credentials.decrypted(kept) == "hush"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").unlink()
    with pytest.raises(Problem, match="another key"):
        credentials.decrypted(kept)


# ---- pages saved in a folder


def with_users(beside: Beside) -> EntriesOf:
    """A made-up mapping: tickets of channels that users tell."""
    channels: dict[str, str] = {}

    def entries_of(kind: str, one: VendorObject) -> Iterator[Entry]:
        if kind == "users":
            channels[str(one["id"])] = one["channel"]
            return
        channel = channels.get(str(one["user"]))
        if channel is None:
            beside.odd("unknown user", one["user"])
        beside.figure(key("made-up", one["id"]), "replies", "2")
        at = instant(one["at"], "at")
        yield Ticket(id=key("made-up", one["id"]), channel=channel or "email", created_at=at)

    return entries_of


def kinds() -> tuple[Kind, ...]:
    return (Kind("tickets", lambda _api, _place: iter(())), Kind("users", lambda _api, _place: iter(()), whole=True))


def write_pages(folder: Path) -> None:
    (folder / "tickets").mkdir()
    for page in range(12):
        told = [{"id": page * 10 + n, "user": n % 4, "at": f"2025-03-{page + 1:02}T09:00:00Z"} for n in range(10)]
        (folder / "tickets" / f"{page}.json").write_text(json.dumps({"data": told, "meta": {}}))
    people = [{"id": id, "channel": channel} for id, channel in enumerate(("email", "chat", "phone"))]
    (folder / "everybody.json").write_text(json.dumps({"users": people}))


def test_pages_in_folders_are_read_by_kind_and_users_before_all(sqlite: Path, tmp_path: Path) -> None:
    write_pages(tmp_path)
    shop = support_team()
    outcome = take(shop, "made-up", saved(tmp_path, kinds(), with_users))
    assert outcome.summary.new["ticket"] == 120
    assert outcome.oddities == {("unknown user", "3"): 24}
    assert VendorFigure.objects.filter(shop=shop, text="2").count() == 120


def test_a_folder_that_was_broken_off_goes_on_and_knows_the_users(
    sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pages(tmp_path)
    whole, shop = support_team(), support_team()
    take(whole, "made-up", saved(tmp_path, kinds(), with_users))
    told = saved(tmp_path, kinds(), with_users)
    broken = Stream(**{**vars(told), "batch": 10, "keep": stops_after(5)})
    with pytest.raises(InterruptedError):
        take(shop, "made-up", broken)
    outcome = take(shop, "made-up", saved(tmp_path, kinds(), with_users))
    assert outcome.resumed_after == 4
    assert content(shop)["Ticket"] == content(whole)["Ticket"]


def stops_after(line: int):  # type: ignore[no-untyped-def]
    def keep(reached: int) -> None:
        if reached >= line:
            raise InterruptedError

    return keep


def test_a_bookmark_moves_with_every_page_only_while_changes_rise() -> None:
    rising = Bookmark({}, 60)
    assert rising.after(["2025-03-01T10:00:00Z"], last=False) == {"since": "2025-03-01T09:59:00Z"}
    falling = Bookmark({"since": "2025-01-01T00:00:00Z"}, 60)
    changes = ["2025-03-01T10:00:00Z", "2025-02-01T10:00:00Z"]
    assert falling.after(changes, last=False) == {"since": "2025-01-01T00:00:00Z"}
    assert falling.after([], last=True) == {"since": "2025-03-01T09:59:00Z"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2022-01-25T10:39:21.892050+00:00", "2022-01-25T10:39:21.892050+00:00"),
        ("2025-10-07 09:50:26 +0200", "2025-10-07T07:50:26+00:00"),
        ("2025-10-07T09:50:26.1234567Z", "2025-10-07T09:50:26.123456+00:00"),
        (1741600000, "2025-03-10T09:46:40+00:00"),
    ],
)
def test_instants_as_vendors_write_them(written: object, meant: str) -> None:
    assert instant(written, "at").isoformat() == meant


def test_a_time_without_an_offset_is_refused_unless_it_is_known_to_be_utc() -> None:
    with pytest.raises(NotReadable, match="offset"):
        instant("2025-03-01T09:00:00", "at")
    assert instant("2025-03-01T09:00:00", "at", utc=True).hour == 9


# ---- the vendor's own figures beside ours

MINUTE = 60_000_000
TWIN = Twin(
    "resolution_us", (Rule("Theirs stops at solved.", lambda one: int(one.theirs) < int(one.ours or 0)),), MINUTE
)


def test_a_difference_is_explained_by_the_first_rule_that_fits() -> None:
    assert same(TWIN, Compared(HOUR, HOUR + MINUTE, {}))
    assert reason(TWIN, Compared(HOUR, 2 * HOUR, {})) == "Theirs stops at solved."
    assert "please look" in reason(TWIN, Compared(2 * HOUR, HOUR, {}))


def test_vendors_figures_are_replaced_and_compared(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = support_team()
    closed = [agent("ann"), *(ticket(id, "03-10 09:00") for id in ("a", "b"))]
    closed += [message(f"m{id}", id, "03-10 09:00") for id in ("a", "b")]
    take_in(shop, [*closed, *(status(id, "03-10 11:00", by="agent", agent="ann") for id in ("a", "b"))])
    monkeypatch.setattr(source("woocommerce"), "VENDOR_FIGURES", {"full_resolution_time": TWIN}, raising=False)
    figures = [("a", "full_resolution_time", 3), ("b", "full_resolution_time", HOUR), ("c", "full_resolution_time", 1)]
    vendor_figures.keep(shop, "woocommerce", figures, timezone.now())
    vendor_figures.keep(shop, "woocommerce", [("a", "full_resolution_time", 2 * HOUR)], timezone.now())
    found = {one.ticket: (one.theirs, one.ours, one.why) for one in _comparing.differences(shop)}
    assert found == {
        "a": (2 * HOUR, 2 * HOUR, ""),
        "b": (HOUR, 2 * HOUR, "Theirs stops at solved."),
        "c": (1, None, _comparing.NOT_THERE),
    }


# ---- the commands


def test_an_account_is_due_so_long_after_its_last_run_began() -> None:
    at = timezone.now()
    assert due(Connection(every_minutes=10), at)
    assert due(Connection(every_minutes=10, began_at=at - timedelta(minutes=10)), at)
    assert not due(Connection(every_minutes=10, began_at=at - timedelta(minutes=9)), at)


@pytest.mark.parametrize("name", [name for name in names() if hasattr(source(name), "DECISIONS")])
def test_a_source_prints_what_it_decides(name: str, sqlite: object) -> None:
    decisions: tuple[Decision, ...] = source(name).DECISIONS
    printed = " ".join(call("sources", name).text.split())
    assert all(decision.about in printed for decision in decisions)


def test_an_account_is_imported_listed_and_kept_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = installation(tmp_path)
    with VendorServer().in_place(monkeypatch) as server:
        orders = json.loads((Path(__file__).parent / "payloads/shopify/orders-1.json").read_text())["orders"]
        path = "/admin/api/2025-10/orders"
        server.by_link(f"{path}.json", "orders", orders, per_page=2)
        server.one(f"{path}/count.json", {"count": len(orders)})
        server.require(x_shopify_access_token="shpat_1")
        monkeypatch.setenv("COUNTERBELL_SHOPIFY_TOKEN", "shpat_1")
        run("import", "shopify", "--domain", "kims", "--every", "5", "--shop", "kim", data=data)
        monkeypatch.delenv("COUNTERBELL_SHOPIFY_TOKEN")
        listed = run("sources", data=data).text
        assert "shopify kims.myshopify.com (kim); every 5 minutes" in listed
        assert "orders up to 2025-03-10T08:00:00Z" in listed
        assert run("sync", data=data).text == ""
        assert "0 new" in run("sync", "--now", data=data).text
    assert "shpat_1" not in "".join(
        path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
    )
    assert os.environ.get("COUNTERBELL_SHOPIFY_TOKEN") is None
