"""The download of what hangs on a mail, for the people of the shop."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role

from . import _enclosures, _files
from ._attachments import picture_type
from .models import Attached, Enclosed

POLICY = "default-src 'none'; sandbox"
"""What a browser that shows a download after all must not let it do: anything."""


@shop_view()
@require_safe
def attached(request: ShopRequest, number: int) -> HttpResponse:
    """Give out an attachment: as a download, and with a type of its own only if it is a picture by its content."""
    return _download(request, Attached.objects.filter(shop=request.shop, pk=number).exclude(digest="").first())


@shop_view(least=Role.AGENT)
@require_safe
def enclosed(request: ShopRequest, number: int) -> HttpResponse:
    """Give out a file of a message that is not said yet: the person's own, or one of a held reply."""
    return _download(request, _enclosures.to_be_seen_by(request.shop, request.user).filter(pk=number).first())


def _download(request: ShopRequest, found: Attached | Enclosed | None) -> HttpResponse:
    if found is None:
        raise Http404
    try:
        content = _files.read(request.shop, found.digest)
    except FileNotFoundError:
        raise Http404 from None
    return download(content, found.name)


def download(content: bytes, name: str) -> HttpResponse:
    """The bytes as a download, in which nothing may act."""
    response = HttpResponse(content, content_type=picture_type(content) or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
