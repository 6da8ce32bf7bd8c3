"""An outgoing mail as the message that goes over the wire."""

from datetime import datetime
from email import encoders
from email.mime.base import MIMEBase
from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives

from .models import Outgoing, Part
from .senders import From


def message_of(mail: Outgoing, sender: From, at: datetime) -> EmailMultiAlternatives:
    """The message; `sender` is from whom it is where the mail itself says nothing."""
    reply_to = mail.reply_to or ("" if mail.from_address else sender.reply_to)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.from_address or sender.from_,
        to=mail.recipients,
        cc=mail.cc.splitlines(),
        reply_to=[reply_to] if reply_to else None,
        headers={**mail.headers, "Message-ID": mail.message_id, "Date": format_datetime(at)},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for part in mail.parts.order_by("pk"):
        message.attach(_mime(part))
    return message


def _mime(part: Part) -> MIMEBase:
    kind, _, subtype = part.media_type.partition("/")
    mime = MIMEBase(kind, subtype)
    mime.set_payload(bytes(part.content))
    encoders.encode_base64(mime)
    disposition = "inline" if part.content_id else "attachment"
    mime.add_header("Content-Disposition", disposition, filename=("utf-8", "", part.name))
    if part.content_id:
        mime["Content-ID"] = f"<{part.content_id}>"
    return mime
