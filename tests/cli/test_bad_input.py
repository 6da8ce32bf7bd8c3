"""Whatever a person mistypes or a file has wrong: one clear sentence, the right exit code, and no traceback."""

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cli.programs import Ended, call, installation, log, run

from counterbell.accounts.models import Shop
from counterbell.record.models import Ticket

TICKET = {"type": "ticket", "id": "t1", "channel": "email", "created_at": "2025-03-03T09:00:00Z", "customer": "kim"}
SHOP = {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR"}


@pytest.fixture(scope="module")
def slug(sqlite_installation: Path) -> str:
    return f"bad-input-{uuid4().hex}"


@pytest.fixture(autouse=True)
def anns_shop(sqlite: Path, slug: str) -> Shop:
    """A shop with one ticket, among others in the installation."""
    return Shop.objects.get_or_create(slug=slug)[0]


def sentence(ended: Ended, *said: str, code: int = 1) -> None:
    """It ended with that code and with one sentence that says this."""
    assert ended.code == code, ended
    assert "Traceback" not in ended.errors
    assert ended.output == b""
    told = ended.errors.strip()
    assert "\n" not in told
    assert told.startswith("counterbell: ")
    assert told.endswith((".", "?"))
    for part in said:
        assert part in told


def usage(ended: Ended, *said: str) -> None:
    """It ended with the exit code of wrong usage and says this about it."""
    assert ended.code == 2, ended
    assert "Traceback" not in ended.errors
    assert ended.output == b""
    for part in said:
        assert part in " ".join(ended.errors.replace("│", "").split())


# ---- what is asked


ASKED_WRONG: dict[str, tuple[list[str], list[str]]] = {
    "metric": (["--metric", "tickets_creatd"], ["no metric 'tickets_creatd'. Did you mean 'tickets_created'?"]),
    "dimension": (["--by", "chanel"], ["no dimension 'chanel'. Did you mean 'channel'?", "There are: channel, store,"]),
    "filter's dimension": (["--where", "chanel=x"], ["no dimension 'chanel'. Did you mean 'channel'?"]),
    "filter without =": (["--where", "channel"], ["The filter 'channel' has no '='.", "channel=email"]),
    "grain": (["--grain", "months"], ["no grain 'months'.", "hour, day, week, month, quarter, year"]),
    "comparison": (["--compare", "last"], ["'last' is neither previous nor year."]),
    "day that does not exist": (["--from", "2025-02-30"], ["There is no day 2025-02-30 in the calendar."]),
    "day that is none": (["--from", "3/4/2025"], ["'3/4/2025' is not a day. Write it as YYYY-MM-DD"]),
    "end before start": (
        ["--from", "2025-03-02", "--to", "2025-03-01"],
        ["from 2025-03-02 until 2025-03-01 has no day"],
    ),
    "end at start": (["--from", "2025-03-02", "--to", "2025-03-02"], ["from 2025-03-02 until 2025-03-02 has no day"]),
    "too many buckets": (
        ["--from", "1990-01-01", "--to", "2025-01-01", "--grain", "hour"],
        ["306,816 buckets", "Ask for it by day"],
    ),
    "no year before": (["--from", "0001-01-01", "--to", "0001-02-01", "--compare", "year"], ["nothing a year earlier"]),
    "as of without offset": (["--as-of", "2025-03-03T00:00:00"], ["has no offset. Add Z for UTC, or +01:00."]),
    "as of that is no time": (
        ["--as-of", "yesterday"],
        ["'yesterday' is no time. Write it like 2025-03-10T00:00:00Z."],
    ),
    "as of before all time": (["--as-of", "0001-01-01T00:00:00+14:00"], ["is off the calendar."]),
    "as of after all time": (["--as-of", "9999-12-31T23:59:59-12:00"], ["is off the calendar."]),
    "shop": (["--shop", "bad-inputt"], ["There is no shop 'bad-inputt'.", "There are: "]),
    "shop without a name": (["--shop", ""], ["There is no shop ''."]),
}


@pytest.mark.parametrize("wrong", ASKED_WRONG)
def test_a_report_that_is_asked_for_wrongly(slug: str, wrong: str) -> None:
    arguments, said = ASKED_WRONG[wrong]
    sentence(call("report", "--shop", slug, *arguments), *said)


@pytest.mark.parametrize("wrong", ["metric", "filter's dimension", "day that does not exist", "as of without offset"])
def test_tickets_that_are_asked_for_wrongly(slug: str, wrong: str) -> None:
    arguments, said = ASKED_WRONG[wrong]
    sentence(call("tickets", "--shop", slug, *arguments), *said)


def test_a_shop_with_a_name_that_is_nearly_right(slug: str) -> None:
    sentence(call("facts", "--shop", slug[:-1]), f"There is no shop '{slug[:-1]}'. Did you mean '{slug}'?")


@pytest.mark.parametrize("arguments", [["report"], ["tickets"], ["export"], ["check"], ["facts"], ["erase", "kim"]])
def test_one_of_several_shops_must_be_named(arguments: list[str], slug: str) -> None:
    Shop.objects.get_or_create(slug=f"{slug}-of-dan")
    sentence(call(*arguments), "There are ", " shops; choose one with --shop: ", slug)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "0001-01-01", "--to", "0001-01-03"],
        ["--to", "0001-01-05"],
        ["--from", "9999-12-30", "--to", "9999-12-31"],
        ["--as-of", "0001-01-01T00:00:00Z"],
        ["--as-of", "9999-12-31T23:59:59Z"],
    ],
)
def test_the_ends_of_the_calendar_can_be_asked_for(slug: str, arguments: list[str]) -> None:
    assert call("report", "--shop", slug, "--format", "json", *arguments).code == 0


def test_what_there_is_not(slug: str) -> None:
    sentence(call("metrics", "reopen_rat"), "There is no metric 'reopen_rat'. Did you mean 'reopen_rate'?")
    sentence(call("sources", "log_fil"), "There is no source 'log_fil'. Did you mean 'log_file'?")
    sentence(call("erase", "nobody", "--yes", "--shop", slug), "There is no customer 'nobody' in shop")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["reprt"], "No such command 'reprt'. Did you mean 'report'"),
        (["import", "log_fil", "x"], "No such command 'log_fil'. Did you mean 'log_file'?"),
        (["facts", "rebuid"], "No such command 'rebuid'. Did you mean 'rebuild'?"),
        (["report", "--grains", "day"], "No such option: --grains"),
        (["report", "--format", "xml"], "'xml' is not one of 'table', 'json', 'csv', 'parquet'."),
        (["tickets", "--format", "xlsx"], "'xlsx' is not one of 'csv', 'json'."),
        (["import", "log_file"], "Missing argument 'path'"),
        (["import", "csv_file", "x.csv"], "Missing option '--mapping'"),
        (["erase"], "Missing argument 'customer'"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    usage(call(*arguments), said)


# ---- what a file has


def test_a_file_that_is_not_there(tmp_path: Path, slug: str) -> None:
    for arguments in (["log_file"], ["csv_file", "--mapping", "twitter_support"]):
        path = tmp_path / "missing.log"
        ended = call("import", *arguments, path, "--shop", slug)
        sentence(ended, f"'{path}' cannot be opened: No such file or directory. Give the path of a file.")


def test_a_directory_for_a_file(tmp_path: Path, slug: str) -> None:
    for arguments in (["log_file"], ["csv_file", "--mapping", "twitter_support"]):
        ended = call("import", *arguments, tmp_path, "--shop", slug)
        sentence(ended, f"'{tmp_path}' cannot be opened: Is a directory. Give the path of a file.")


def test_a_file_that_is_not_there_makes_no_shop(tmp_path: Path) -> None:
    call("import", "log_file", tmp_path / "missing.log", "--shop", "never-made")
    assert not Shop.objects.filter(slug="never-made").exists()


@pytest.mark.parametrize("wrong", ["a b", "é", "../x", "x/y", "", "x" * 81, "'; drop"])
def test_a_name_that_no_shop_can_have(tmp_path: Path, wrong: str) -> None:
    path = log(tmp_path / "ticket.log", [TICKET])
    ended = call("import", "log_file", path, "--shop", wrong)
    sentence(ended, f"'{wrong}' cannot name a shop: use up to 80 letters, digits, hyphens and underscores.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({**SHOP, "timezone": "Europe/Pari"}, "There is no time zone 'Europe/Pari'. Did you mean Europe/Paris?"),
        ({**SHOP, "currency": "EUROS"}, "There is no currency 'EUROS'."),
        ({**SHOP, "hours": [{"week": {"mon": [["18:00", "09:00"]]}}]}, "18:00"),
        ({**TICKET, "created_at": "2025-02-29T09:00:00Z"}, "'created_at' is no time that exists."),
        ({"type": "rating", "survey": "s", "at": "2025-03-03T09:00:00Z", "score": 6}, "whole number from 1 to 5."),
        (
            {"type": "order", "id": "o", "customer": "kim", "at": "2025-03-03T09:00:00Z", "currency": "EUX", "paid": 1},
            "Order 'o' is in the unknown currency 'EUX'.",
        ),
    ],
)
def test_a_log_of_which_no_line_fits(tmp_path: Path, slug: str, line: dict[str, object], said: str) -> None:
    ended = call("import", "log_file", log(tmp_path / "one.log", [line]), "--shop", slug)
    assert ended.code == 1
    assert "Traceback" not in ended.errors
    (told,) = [told for told in ended.errors.splitlines() if told.startswith("line 1: ")]
    assert said in told


def test_only_the_first_refusals_are_told_and_all_are_kept(tmp_path: Path, slug: str) -> None:
    own = f"{slug[:40]}-{uuid4().hex[:8]}"  # nothing of other tests waits in it
    ended = call("import", "log_file", log(tmp_path / "bad.log", [{"type": "x"}] * 9 + [TICKET]), "--shop", own)
    assert ended.code == 0
    assert [told.split(":")[0] for told in ended.errors.splitlines() if told.startswith("line ")] == [
        "line 1", "line 2", "line 3"
    ]  # fmt: skip
    (file,) = [told.split(": ")[1] for told in ended.errors.splitlines() if "each with its reason" in told]
    assert [json.loads(line)["line"] for line in Path(file).read_text("utf-8").splitlines()] == list(range(1, 10))


def test_a_message_for_a_ticket_that_never_comes(tmp_path: Path, slug: str) -> None:
    message = {"type": "message", "id": "m", "ticket": "t-never", "at": "2025-03-03T09:00:00Z", "by": "customer"}
    ended = call("import", "log_file", log(tmp_path / "message.log", [message]), "--shop", slug)
    assert ended.code == 0
    assert "There is no ticket 't-never'; kept aside, and taken in when it comes." in _refused_text(ended)


def _refused_text(ended: Ended) -> str:
    (file,) = [told.split(": ")[1] for told in ended.errors.splitlines() if "each with its reason" in told]
    return Path(file).read_text("utf-8")


def test_a_log_of_another_version(tmp_path: Path, slug: str) -> None:
    path = log(tmp_path / "tomorrow.log", [{**SHOP, "version": 7}, TICKET])
    ended = call("import", "log_file", path, "--shop", slug)
    assert ended.code == 1
    assert "tomorrow.log' is a log of version 7, as its line 1 says; this Counterbell reads version 1." in ended.errors
    assert "Traceback" not in ended.errors


def test_a_broken_gzip(tmp_path: Path, slug: str) -> None:
    path = tmp_path / "broken.log.gz"
    path.write_bytes(gzip.compress(json.dumps(TICKET).encode())[:20])
    ended = call("import", "log_file", path, "--shop", slug)
    assert ended.code == 1
    assert "broken.log.gz' is cut off or damaged" in ended.errors
    assert "Traceback" not in ended.errors


MAPPING = """
layout = "tickets"
[ticket]
id = "id"
channel = { value = "email" }
created_at = "opened"
"""


def test_a_csv_without_the_mapped_column(tmp_path: Path, slug: str) -> None:
    (tmp_path / "tickets.csv").write_text("id,opened_at\n1,2025-03-03T09:00:00Z\n")
    (tmp_path / "tickets.toml").write_text(MAPPING)
    ended = call("import", "csv_file", tmp_path / "tickets.csv", "--mapping", tmp_path / "tickets.toml", "--shop", slug)
    sentence(
        ended, "The file has no column 'opened' that the mapping names for 'created_at'", "Did you mean 'opened_at'?"
    )
    assert not Ticket.objects.filter(shop__slug=slug, external_id="1").exists()


def test_a_mapping_that_cannot_be_used(tmp_path: Path, slug: str) -> None:
    (tmp_path / "tickets.csv").write_text("id,opened\n1,2025-03-03T09:00:00Z\n")
    asked = ("import", "csv_file", tmp_path / "tickets.csv", "--shop", slug, "--mapping")
    sentence(call(*asked, "twiter_support"), "no mapping 'twiter_support'. Did you mean 'twitter_support'?")
    sentence(call(*asked, tmp_path / "missing.toml"), "missing.toml' cannot be read: No such file or directory.")
    (tmp_path / "wrong.toml").write_text(MAPPING.replace("created_at", "create_at"))
    sentence(call(*asked, tmp_path / "wrong.toml"), "Mapping 'wrong.toml': ")


def test_a_pipe_for_a_csv(slug: str) -> None:
    ended = call("import", "csv_file", "-", "--mapping", "twitter_support", "--shop", slug, stdin=b"tweet_id\n1\n")
    sentence(ended, "'-' is no file that can be read twice.")


def test_a_file_that_cannot_be_written(tmp_path: Path, slug: str) -> None:
    path = tmp_path / "missing" / "export.log"
    sentence(call("export", path, "--shop", slug), f"'{path}' cannot be used: No such file or directory.")


# ---- where data lies


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A port at which somebody listens and never says anything."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_data_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run("--data", tmp_path / "file" / "data", "report", data=tmp_path)
    sentence(ended, "file/data cannot be made (Not a directory). Name another one with --data or COUNTERBELL_DATA.")


def test_a_new_installation_has_no_shop(tmp_path: Path) -> None:
    ended = run("report", data=installation(tmp_path))
    sentence(ended, "There is no shop yet. `counterbell shops add` makes one, and so does a first import.")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://ann:secret@127.0.0.1/shop", "DATABASE_URL must begin with postgresql:// (it begins with 'mysql')"),
        ("secret", "DATABASE_URL must begin with postgresql://"),
        ("postgresql://ann:sec/ret@127.0.0.1/shop", "DATABASE_URL cannot be read."),
        ("postgresql://ann:secret@127.0.0.1:1/shop", "The database cannot be reached: "),
        ("postgresql://ann:secret@nowhere.invalid/shop", "The database cannot be reached: "),
    ],
)
def test_a_database_that_cannot_be(tmp_path: Path, url: str, said: str) -> None:
    ended = run("report", data=tmp_path, more={"DATABASE_URL": url})
    sentence(ended, said)
    assert "secret" not in ended.errors.replace("(it begins with 'secret')", "")
    assert "sec/ret" not in ended.errors


def test_a_database_server_that_does_not_answer(tmp_path: Path, silent_server: int) -> None:
    url = f"postgresql://ann:secret@127.0.0.1:{silent_server}/shop?connect_timeout=2"
    sentence(run("report", data=tmp_path, more={"DATABASE_URL": url}), "The database cannot be reached: ")


def test_how_long_a_database_server_may_take_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from counterbell.site.options import database

    monkeypatch.setenv("DATABASE_URL", "postgresql://ann@127.0.0.1/shop")
    assert database()["OPTIONS"] == {"connect_timeout": 10}
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann@127.0.0.1/shop?connect_timeout=60&sslmode=require")
    assert database()["OPTIONS"] == {"connect_timeout": 60, "sslmode": "require"}


def test_too_little_memory(tmp_path: Path) -> None:
    ended = run("report", data=tmp_path, more={"COUNTERBELL_MEMORY_MB": "lots"})
    sentence(ended, "COUNTERBELL_MEMORY_MB is 'lots'; give a whole number of megabytes, 200 or more.")
