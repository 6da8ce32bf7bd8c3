"""What stands beside a metric's figure: the other statistics and the parts it is made of, each leading to its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.metrics import metric
from counterbell.metrics._metric import Duration, Ratio
from counterbell.metrics.report import Report

from .figures import Head, better_in_words
from .look import Look
from .metric_charts import rows_of

Shaped = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """A figure with its name (a remark has none); it leads to its rows, where it has some of its own."""

    name: str
    value: str
    href: str = ""


def facts(look: Look, key: str, found: Report) -> list[Fact]:
    """What else there is to say of a metric's figure."""
    one, shaped = metric(key), Head(look.view).shaped(key, found.total.metrics)
    told = _Facts(look, key)
    if shaped is None:
        return []
    if key in _OWN:
        listed = list(_OWN[key](told, shaped, found))
    elif isinstance(one, Duration):
        listed = list(told.of_duration(shaped))
    elif isinstance(shaped, dict) and "whole" in shaped:
        listed = list(told.of_ratio(shaped))
    else:
        listed = [Fact("", text) for text in words.details(found, key) if key != "tickets_closed"]
    return [*listed, Fact("", better_in_words(one))]


@dataclass(frozen=True)
class _Facts:
    look: Look
    key: str

    def rows(self, **narrowing: object) -> str:
        """Where the rows are, all or those that the words narrow them to."""
        view = self.look.view
        narrower = view.narrowed_to(**narrowing) if narrowing else view.of_all_rows()  # type: ignore[arg-type]
        return rows_of(self.look, self.key)(narrower)

    def of_duration(self, shaped: Shaped) -> Iterator[Fact]:
        for stat, name in {"mean": _("Mean"), "median": _("Median"), "p90": _("90th percentile")}.items():
            yield Fact(name, formats.duration(shaped.get(stat)))
        if shaped.get("within_target") is not None:
            target = shaped["target"]
            name = _("Within %(target)s") % {"target": formats.duration(target)}
            yield Fact(name, formats.percent(shaped["within_target"]), self.rows(upto=target))
        yield Fact("n", formats.number(shaped["n"]), self.rows())

    def of_ratio(self, shaped: Shaped) -> Iterator[Fact]:
        names = {
            "part": words.title_of(metric(self.key)), "zero": _("No reply"), "several": _("Several replies"),
            "silent": _("Closed silently"),
        }  # fmt: skip
        narrows = isinstance(metric(self.key), Ratio)
        for share, name in names.items():
            if share in shaped:
                yield Fact(name, formats.number(shaped[share]), self.rows(share=share) if narrows else "")
        yield Fact(_("Of all"), formats.number(shaped["whole"]), self.rows() if narrows else "")

    def of_csat(self, shaped: Shaped, _found: Report) -> Iterator[Fact]:
        if shaped["mean_interval"]:
            low, high = (formats.number(end, 2) for end in shaped["mean_interval"])
            yield Fact(_("95% interval"), f"{low} – {high}")
        yield Fact(_("With 4 or 5"), formats.percent(shaped["share_4_5"]), self.rows(score=[4, 5]))
        for score in ("5", "4", "3", "2", "1"):
            yield Fact(
                _("Score %(score)s") % {"score": score}, formats.number(shaped["scores"][score]), self.rows(score=score)
            )
        yield Fact(_("Surveys answered"), formats.percent(shaped["response_rate"]))
        yield Fact("n", formats.number(shaped["n"]), self.rows())

    def of_converted(self, shaped: Shaped, _found: Report) -> Iterator[Fact]:
        yield Fact(_("Of all tickets"), formats.percent(shaped["rate"]))
        yield Fact(_("Orders"), formats.number(shaped["orders"]), self.rows())
        yield from (Fact(_("Revenue"), formats.money(minor, of)) for of, minor in shaped["revenue"].items())
        yield Fact(_("Still maturing"), formats.number(shaped["maturing"]))

    def of_unresolved(self, _shaped: Any, found: Report) -> Iterator[Fact]:
        by_status = found.total.metrics["unresolved_by_status"] or {}
        for status, n in by_status.items():
            yield Fact(_(words.STATUSES[status]), formats.number(n), self.rows(status=status))

    def of_left_out(self, shaped: Shaped, _found: Report) -> Iterator[Fact]:
        for reason, n in shaped.items():
            yield Fact(_(words.REASONS[reason]), formats.number(n), self.rows(share=reason))


_OWN: dict[str, Callable[[_Facts, Any, Report], Iterator[Fact]]] = {
    "csat": _Facts.of_csat,
    "converted_tickets": _Facts.of_converted,
    "unresolved_tickets": _Facts.of_unresolved,
    "left_out": _Facts.of_left_out,
}
"""The metrics that are made of more than a number."""
