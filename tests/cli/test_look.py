"""A report on a terminal: whole at any width, in three languages."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.utils import translation
from rich.cells import cell_len
from rich.console import Console

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.cli._report_table import show, sparkline
from counterbell.metrics import TEN, metrics
from counterbell.metrics._metric import Duration, Ratio
from counterbell.metrics.periods import Grain, Period
from counterbell.metrics.query import Answer, Answered, Condition, Question
from counterbell.metrics.report import Report

PARIS = zone("Europe/Paris")
NOW = datetime(2025, 5, 20, 10, tzinfo=UTC)
WIDTHS = (80, 100, 140)
LANGUAGES = ("en", "fr", "id")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def figures(times: int = 1) -> dict[str, Any]:
    """Figures of every metric as the query gives them; a busy shop's."""
    told: dict[str, Any] = {}
    for key, one in metrics().items():
        if isinstance(one, Duration):
            spread = {"n": 4_321 * times, "mean": 273_000 * times, "median": 93_900.4, "p90": 1_555_000, "thin": False}
            told |= {key: spread | {"target": 3600, "within_target": 0.194}, f"{key}_bh": spread}
        elif isinstance(one, Ratio):
            told[key] = {"part": 12_710 * times, "whole": 24_647 * times, "rate": 0.5456 * times, "thin": False}
            told[key] |= dict.fromkeys(one.also, 1_004)
    scores = {"1": 10, "2": 20, "3": 300, "4": 400, "5": 1_500}
    return told | {
        "tickets_created": 108_625 * times,
        "unresolved_tickets": 1_152 * times,
        "unresolved_by_status": {"open": 725, "pending": 318, "snoozed": 109},
        "csat": {
            "n": 2_295, "mean": 4.3, "mean_interval": [4.25, 4.35], "share_4_5": 0.82, "share_interval": [0.8, 0.84],
            "scores": scores, "sent": 18_098, "answered": 5_067, "response_rate": 0.28, "robots": 0, "thin": False,
        },
        "converted_tickets": {
            "part": 18_863, "whole": 108_625, "rate": 0.174, "orders": 19_000, "maturing": 1_206,
            "revenue": {"EUR": 1_213_426_598, "IDR": 2_813_412_000_00, "USD": 592_212},
        },
        "tickets_closed": {"total": 108_647, "by_agent": {"automation": 41_767, "camille": 31_181, "unknown": 35_699}},
        "messages_per_ticket": {"n": 24_647, "messages": 98_000, "mean": 3.98, "thin": False},
        "reopened": 1_234, "net_flow": -321, "contact_rate": {"part": 108_625, "whole": 1_606_836, "rate": 0.0676},
        "backlog_age": {"oldest": 9_000_000, "median": 273_000}, "days_to_clear": 12.3,
        "left_out": {"merged": 138, "spam": 183, "deleted": 0},
    }  # fmt: skip


def a_report(grain: str = "month", *, by: str | None = None, figures_of: dict[str, Any] | None = None) -> Report:
    """A report from 1 January to 31 May 2025, compared with the months before."""
    period = Period.of(date(2025, 1, 1), date(2025, 6, 1), PARIS, Grain(grain))
    shown = figures_of or figures()
    slices = {"camille": shown, "a-name-that-is-longer-than-any-name-should-be": shown, None: shown} if by else {}
    total = Answered(period.whole().buckets[0], shown, slices)
    before = period.previous()
    earlier = Answer(NOW, before, [], Answered(before.whole().buckets[0], figures(2)))
    buckets = [Answered(bucket, shown) for bucket in period.buckets]
    question = Question(period, TEN, by=by, where=(Condition("tag", ("vip", None), negated=True),), as_of=NOW)
    shop = Shop(slug="ann-linen", timezone="Europe/Paris", currency="EUR")
    return Report(shop, question, Answer(NOW, period, buckets, total, earlier))


def printed(report: Report, width: int = 100, keys: tuple[str, ...] = TEN) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=False)
    show(report, keys, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("keys", [TEN, tuple(metrics())], ids=["ten", "all"])
def test_no_line_is_longer_than_the_terminal_and_nothing_is_cut(
    language: str, width: int, keys: tuple[str, ...]
) -> None:
    text = printed(a_report(), width, keys)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert not re.search(r"\w…", text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_every_row_of_the_grid_is_one_line_that_begins_with_its_date(language: str, width: int, grain: str) -> None:
    report = a_report(grain)
    grids = printed(report, width).split("\n\n")[2:-1]
    assert grids
    for grid in grids:
        rows = grid.strip("\n").splitlines()[2:]
        assert len(rows) == len(report.buckets)
        assert all(re.match(r"\S", row) for row in rows)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_is_in_the_table(english: None, width: int) -> None:
    text = printed(a_report(), width)
    for figure in ("108,625", "3 d 4 h", "4.30", "54.6%", "18,863", "€12,134,265.98", "IDR 2,813,412,000", "$5,922.12"):
        assert figure in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_change_has_an_arrow_and_a_word(english: None) -> None:
    text = printed(a_report())
    assert re.search(r"Number of tickets .*▼ 50%", text)
    assert re.search(r"Unresolved tickets .*▼ 50% +better", text)
    assert re.search(r"One-reply resolution rate .*▼ 54.6 pts +worse", text)
    assert re.search(r"Customer satisfaction .* =", text)


def test_it_says_how_many_tickets_were_left_out_and_why(english: None) -> None:
    assert "Left out: 321 tickets that do not count (merged 138, spam 183)." in printed(a_report())
    nothing = figures() | {"left_out": {"merged": 0, "spam": 0, "deleted": 0}}
    assert "No ticket was left out." in printed(a_report(figures_of=nothing))


def test_it_says_what_it_is_compared_with_and_what_was_filtered(english: None) -> None:
    first, second, *_rest = printed(a_report()).splitlines()
    assert first.strip() == "ann-linen  Jan 1 – May 31, 2025  compared with Aug 1 – Dec 31, 2024"
    assert second.strip() == "Tag ≠ vip, –"


def test_what_is_not_there_is_a_dash(english: None) -> None:
    empty = figures() | {"response_time": {"n": 0, "mean": None, "median": None, "p90": None, "thin": True}}
    text = printed(a_report(figures_of=empty))
    assert re.search(r"Average response time +– ", text)
    assert "n 0" not in text


def test_a_thin_figure_is_marked(english: None) -> None:
    thin = figures() | {"messages_per_ticket": {"n": 3, "messages": 9, "mean": 3.0, "thin": True}}
    text = printed(a_report(figures_of=thin), keys=("messages_per_ticket",))
    assert "n 3 · thin sample" in text
    assert "3.0*" in text
    assert "* Fewer than 10 in the sample." in text


def test_the_bucket_that_is_not_over_is_marked(english: None) -> None:
    text = printed(a_report())
    assert "May 2025 …" in text
    assert "Apr 2025 …" not in text
    assert "… Not over yet." in text


def test_slices_have_a_row_each_and_only_names_are_cut(english: None) -> None:
    text = printed(a_report(by="agent"), 80)
    for name in ("camille", "a-name-that-is-longer-tha…", "–"):
        assert re.search(rf"^{re.escape(name)} ", text, re.MULTILINE)


def test_a_name_is_no_markup(english: None) -> None:
    report = a_report(by="tag")
    report.total.by["[red]vip[/red]"] = figures()
    assert "[red]vip[/red]" in printed(report)


def test_an_hour_that_comes_twice_is_told_apart(english: None) -> None:
    period = Period.of(date(2025, 10, 26), date(2025, 10, 27), PARIS, Grain.HOUR)
    shown = figures()
    total = Answered(period.whole().buckets[0], shown)
    answer = Answer(NOW, period, [Answered(bucket, shown) for bucket in period.buckets], total)
    report = Report(Shop(slug="ann-linen", timezone="Europe/Paris"), Question(period, TEN, as_of=NOW), answer)
    names = re.findall(r"^Sun, Oct 26 .*?[+]\d{4}", printed(report), re.MULTILINE)
    assert len(set(names)) == 25


def test_a_course_goes_from_the_least_to_the_most_with_gaps() -> None:
    assert sparkline([1, None, 3, 8]) == "▁ ▃█"
    assert sparkline([5, 5]) == "▁▁"
    assert sparkline([None, None]) == ""
