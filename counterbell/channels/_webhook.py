"""Mail that a provider hands over by a webhook: verified and taken apart by django-anymail, then kept in the intake.

The provider is told that we have a mail only when it is on our disk and in our database; until then it tries again,
and what comes twice is one mail.
"""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from counterbell.mail.addresses import one_line

from . import _intake, _mailboxes, _posted
from .models import Incoming, Mailbox

LARGEST = 64 << 20
"""Bytes of a request."""
MOST_A_MINUTE = 600
"""Mails that one mailbox takes; the provider tries the others again."""

VIEWS = {
    "mailersend": "mailersend.MailerSendInboundWebhookView",
    "mailgun": "mailgun.MailgunInboundWebhookView",
    "mailjet": "mailjet.MailjetInboundWebhookView",
    "mandrill": "mandrill.MandrillCombinedWebhookView",
    "postal": "postal.PostalInboundWebhookView",
    "postmark": "postmark.PostmarkInboundWebhookView",
    "sendgrid": "sendgrid.SendGridInboundWebhookView",
    "sparkpost": "sparkpost.SparkPostInboundWebhookView",
}
"""What verifies and reads each provider's requests."""


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def taken(request: HttpRequest, path: str) -> HttpResponse:
    """Take what a provider hands over: 200 when we have it, 404 and 400 for strangers, 413 and 429: not now."""
    mailbox = _mailboxes.by_path(path)
    if mailbox is None:
        return HttpResponse("unknown", status=404, content_type="text/plain")
    if request.method == "HEAD":
        return HttpResponse()
    if not mailbox.active:  # the provider keeps it, and tries again
        return HttpResponse("paused", status=429, headers={"Retry-After": "3600"}, content_type="text/plain")
    now = datetime.now(UTC)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse("too large", status=413, content_type="text/plain")
    if _has_enough(mailbox, now):
        return HttpResponse("too many", status=429, headers={"Retry-After": "60"}, content_type="text/plain")
    try:
        mails = _mails(request, mailbox)
    except SuspiciousOperation:
        return HttpResponse("refused", status=400, content_type="text/plain")
    for raw, received_at in mails:
        _intake.keep(mailbox.shop, raw, mailbox=mailbox, received_at=received_at or now, at=now)
    Mailbox.objects.filter(pk=mailbox.pk).update(fetched_at=now)
    return HttpResponse("taken", content_type="text/plain")


def _has_enough(mailbox: Mailbox, now: datetime) -> bool:
    lately = Incoming.objects.filter(mailbox=mailbox, kept_at__gt=now - timedelta(minutes=1))
    return lately[:MOST_A_MINUTE].count() >= MOST_A_MINUTE


def _mails(request: HttpRequest, mailbox: Mailbox) -> list[tuple[bytes, datetime | None]]:
    """The raw mails of a request, each with the time of receipt if told. Raises SuspiciousOperation."""
    _posted.read(request, LARGEST)
    view = _view(mailbox, request)
    view.run_validators(request)
    return [(_raw(event.message), event.timestamp) for event in view.parse_events(request) if _is_mail(event)]


def _is_mail(event: Any) -> bool:
    return getattr(event, "message", None) is not None and event.event_type == "inbound"


def _view(mailbox: Mailbox, request: HttpRequest) -> Any:
    secret = _mailboxes.secret_of(mailbox)
    module, name = VIEWS[mailbox.way].split(".")
    told: dict[str, Any] = {"webhook_secret": f"{_mailboxes.WEBHOOK_USER}:{secret['password']}"}
    if key := _mailboxes.PROVIDERS[mailbox.way]:
        told[key] = secret["key"]
    if mailbox.way == "mandrill":  # which signs the address that it was given, with what lets in
        told["webhook_url"] = _mailboxes.webhook_address(request.path.split("/")[-2], secret["password"])
    return getattr(import_module(f"anymail.webhooks.{module}"), name)(**told)


def _raw(message: Any) -> bytes:
    """The mail's bytes, with what the envelope told before them, as a mail server writes it."""
    from email.policy import compat32

    try:
        content: bytes = message.as_bytes()
    except Exception:  # headers that its own policy cannot write
        content = message.as_bytes(policy=compat32)
    head = b""
    if message.envelope_recipient:
        head += f"X-Original-To: {one_line(str(message.envelope_recipient))}\n".encode()
    if message.envelope_sender and "Return-Path" not in message:
        head += f"Return-Path: <{one_line(str(message.envelope_sender)).strip('<> ')}>\n".encode()
    return head + content
