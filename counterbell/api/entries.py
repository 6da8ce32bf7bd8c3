"""Taking things in: lines of the log format, as `counterbell import log_file` takes them from a file."""

import io

from django.http import HttpRequest
from ninja import Router

from counterbell.record.outcome import Refusal
from counterbell.record.write import write_stream
from counterbell.sources.log_file import entries, without_shop

from ._access import shop_of, token_of
from ._asking import Plain

router = Router(tags=["record"])

NOT_YOURS = "A line that sets the shop needs a token with the scope admin."
MOST_TOLD = 1_000
"""Refusals named one by one; all are counted."""

BODY = {"requestBody": {"required": True, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}}


@router.post("/entries", response=Plain, summary="Take lines of the log format in", openapi_extra=BODY)
def take_in(request: HttpRequest) -> Plain:
    """One JSON object a line: tickets, messages, status changes, ratings, orders and so on (docs/log_format.md).

    The good lines go in, each bad one comes back with its line, field and reason; the same line twice changes nothing.
    What names something that is not there yet is kept `aside` until that comes. At most 2.5 MB at once; a line that
    sets the shop needs the scope `admin`.
    """
    shop = shop_of(request, "write")
    may_set_shop = "admin" in token_of(request).scopes
    refused: list[Refusal] = []
    lines = entries(io.BytesIO(request.body), "the request")
    summary = write_stream(shop, lines if may_set_shop else without_shop(lines, NOT_YOURS), on_refused=refused.extend)
    return {
        **summary.as_dict(),
        "refusals": [
            {"line": one.line, "field": one.field, "reason": one.reason, "aside": one.aside}
            for one in refused[:MOST_TOLD]
        ],
    }
