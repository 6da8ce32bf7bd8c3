"""Values of a metric as people write and read them: 4.5, 85 %, 8h, 120; kept in the metric's own unit."""

import math
import re

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.errors import Problem
from counterbell.metrics import metric
from counterbell.metrics._metric import Metric
from counterbell.words import title_of

_AMOUNT = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)\s*(%|[a-z]+)?", re.IGNORECASE)


def parse(key: str, text: str) -> float:
    """A value of that metric: `8h` or `30 min` for durations, `85 %` for shares, plain numbers otherwise.

    A plain number is in the metric's own unit (seconds, a share from 0 to 1). Raises Problem.
    """
    one = metric(key)
    found = _AMOUNT.fullmatch(text.strip())
    unit = (found[2] or "").lower() if found else ""
    if found and not unit:
        return float(found[1].replace(",", "."))
    if found and unit == "%" and one.unit == "share":
        return float(found[1].replace(",", ".")) / 100
    if found and unit in formats.SECONDS and one.unit == "seconds":
        return float(found[1].replace(",", ".")) * formats.SECONDS[unit]
    raise Problem(
        _("'%(text)s' is no value of %(metric)s. Write it like %(example)s.")
        % {"text": text, "metric": title_of(one), "example": example(one)}
    )


def example(one: Metric) -> str:
    """How a value of the metric is written."""
    return {"seconds": "8h", "share": "85%", "rating": "4.5"}.get(one.unit, "120")


def refuse_impossible(key: str, value: float) -> None:
    """Raises Problem, with what is possible, for a value that the metric can never have."""
    one = metric(key)
    told = {"metric": title_of(one), "value": f"{value:g}"}
    if not math.isfinite(value):
        raise Problem(_("%(metric)s: %(value)s is no possible goal. Give a number.") % told)
    if one.unit == "rating" and not 1 <= value <= 5:
        refusal = _("%(metric)s: %(value)s cannot be reached, scores lie between 1 and 5. Give a value such as 4.5.")
        raise Problem(refusal % told)
    if one.unit == "share" and not 0 <= value <= 1 and key != "contact_rate":
        told["value"] = formats.percent(value)
        refusal = _("%(metric)s: %(value)s cannot be, a rate lies between 0 %% and 100 %%. Give a value such as 85%%.")
        raise Problem(refusal % told)
    if value < 0:
        raise Problem(_("%(metric)s: %(value)s cannot be a goal. Give 0 or more.") % told)
    if one.unit == "seconds" and value == 0:
        raise Problem(_("%(metric)s: 0 cannot be a goal. Give a time such as 8h.") % told)
    if one.unit == "tickets" and value != round(value):
        raise Problem(_("%(metric)s: %(value)s is no whole number of tickets. Give a whole number.") % told)
