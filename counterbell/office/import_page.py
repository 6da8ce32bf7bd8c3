"""The page of one import: what the file is, which column tells what, how far it is, what was refused."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.accounts.opening_hours import zone
from counterbell.csv_answers import csv_answer
from counterbell.csv_rows import csv_rows
from counterbell.errors import NotFound, Problem
from counterbell.formats import number
from counterbell.record.outcome import Summary
from counterbell.record.said import in_words
from counterbell.sources._run import refused_directory

from . import importing
from .columns import LAYOUTS
from .kinds import called
from .mapping import TIME_FORMATS, Checked, Choice, check, guessed
from .models import State, Upload
from .recognise import WHY

PREVIEWED = 5
SHOWN_REFUSALS = 50
LONGEST_RAW = 300


@shop_view(least=Role.LEAD)
def page(request: ShopRequest, key: int) -> HttpResponse:
    """The mapping with its first rows while the file waits; then how far it is, then what came of it."""
    upload = get_object_or_404(Upload, shop=request.shop, pk=key)
    if upload.state != State.HERE:
        return render(request, "office/import.html", _progress(upload))
    return _mapped(request, upload, _first_choice(request, upload))


def _first_choice(request: ShopRequest, upload: Upload) -> Choice | None:
    if not upload.sample or (upload.source != "csv_file" and "table" not in request.GET):
        return None
    return guessed(request.shop, upload.sample, request.GET.get("layout", ""))


@shop_view(least=Role.LEAD)
@require_POST
def start(request: ShopRequest, key: int) -> HttpResponse:
    """Try the chosen columns on the first rows, or start."""
    upload = get_object_or_404(Upload, shop=request.shop, pk=key)
    choice = _choice(request, upload) if "layout" in request.POST else None
    if "check" in request.POST and upload.state == State.HERE:
        return _mapped(request, upload, choice)
    try:
        importing.start(upload, request.user, choice, at=datetime.now(UTC))
    except Problem as refused:
        return _mapped(request, upload, choice, problem=str(refused))
    return redirect("imports_one", request.shop.slug, upload.pk)


def _choice(request: ShopRequest, upload: Upload) -> Choice:
    told = request.POST
    layout, form, local = told.get("layout", ""), told.get("time", ""), told.get("zone", "")
    if layout not in LAYOUTS or form not in TIME_FORMATS:
        raise Problem(_("The browser has sent something that cannot be understood. Go back and try again."))
    zone(local)
    columns = {target.key: told[target.key] for target in LAYOUTS[layout] if told.get(target.key)}
    return Choice(layout, columns, form, local, told.get("channel", "").strip()[:40])


def _mapped(request: ShopRequest, upload: Upload, choice: Choice | None, *, problem: str = "") -> HttpResponse:
    told: dict[str, Any] = {"upload": upload, "why": WHY[upload.why], "choice": choice}
    if choice:
        checked, complaint = _checked(choice, upload)
        told |= _table(upload, choice) | {"checked": checked, "complaint": problem or complaint}
    else:
        told["problem"] = problem
    return render(request, "office/mapping.html", told, status=400 if problem else 200)


def _checked(choice: Choice, upload: Upload) -> tuple[Checked | None, str]:
    try:
        return check(choice, upload.sample), ""
    except Problem as refused:
        return None, str(refused)


def _table(upload: Upload, choice: Choice) -> dict[str, Any]:
    header = upload.sample["header"]
    labels = {
        choice.columns[target.key]: target.label for target in LAYOUTS[choice.layout] if target.key in choice.columns
    }
    return {
        "targets": [(target, choice.columns.get(target.key, "")) for target in LAYOUTS[choice.layout]],
        "header": header,
        "heads": [(name, labels.get(name, "")) for name in header],
        "rows": upload.sample["rows"][:PREVIEWED],
        "formats": [(form, form_in_words(form)) for form in TIME_FORMATS],
    }


def form_in_words(form: str) -> str:
    """A format of times by an example that everybody can read."""
    if "%" not in form:
        return {
            "iso": "2025-03-31T14:05:00+02:00",
            "epoch seconds": _("seconds since 1970"),
            "epoch milliseconds": _("milliseconds since 1970"),
        }[form]
    return datetime(2025, 3, 31, 14, 5, 9, tzinfo=UTC).strftime(form)


@shop_view(least=Role.LEAD)
def progress(request: ShopRequest, key: int) -> HttpResponse:
    """How far it is, again and again; the whole page once it has ended."""
    upload = get_object_or_404(Upload, shop=request.shop, pk=key)
    answer = render(request, "office/_progress.html", _progress(upload))
    if upload.has_ended:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(upload: Upload) -> dict[str, Any]:
    summary = Summary.from_dict(upload.counts)
    kinds = [
        (
            called(kind),
            *(number(counts[kind]) for counts in (summary.read, summary.new, summary.known, summary.refused)),
        )
        for kind in summary.read
    ]
    return {
        "upload": upload,
        "why": WHY.get(upload.why, ""),
        "kinds": kinds,
        "read": number(summary.read.total()),
        "new": number(summary.new.total()),
        "known": number(summary.known.total()),
        "refused": number(summary.refused.total()),
        "aside": number(summary.aside.total()) if summary.aside.total() else "",
        "refusals": [
            one | {"reason": in_words(one["reason"], one.get("said"))}
            for one in islice(refusals(upload), SHOWN_REFUSALS)
        ],
    }


@shop_view(least=Role.LEAD)
@require_POST
def cancel(request: ShopRequest, key: int) -> HttpResponse:
    """Stop it; what was read until then stays."""
    importing.cancel(get_object_or_404(Upload, shop=request.shop, pk=key), request.user, at=datetime.now(UTC))
    return redirect("imports_one", request.shop.slug, key)


@shop_view(least=Role.LEAD)
def refused(request: ShopRequest, key: int) -> HttpResponse:
    """The refused lines with their reasons, as CSV."""
    upload = get_object_or_404(Upload, shop=request.shop, pk=key)
    if not _file(upload):
        raise NotFound(_("No line of this file was refused."))
    rows = ((one["line"], one["field"], one["reason"], one["raw"]) for one in refusals(upload))
    lines = csv_rows(("line", "field", "reason", "raw"), rows)
    return csv_answer(lines, f"{request.shop.slug}-refused-{upload.pk}")


def refusals(upload: Upload) -> Iterator[dict[str, Any]]:
    """The refused lines: line, field, reason (in English), raw, and where it is known what the reason is said from."""
    path = _file(upload)
    if path is None:
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            yield json.loads(line)


def _file(upload: Upload) -> Path | None:
    path = refused_directory() / upload.refused if upload.refused else None
    return path if path and path.exists() else None
