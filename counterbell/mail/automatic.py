"""Which mail was written by a machine: bounces, vacation notes, lists, reports, loops; and which may be answered so.

`automatic(mail)` says what kind and why, in words. It follows RFC 3834 (and what is in use beside it): automation never
answers such a mail, and it starts no wait. `mail` must have been read wholly; of a header alone, bounces that only
their text gives away go unnoticed.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from .bounces import Failure, failure
from .message import Mail

Kind = Literal["bounce", "delay", "report", "loop", "auto_reply", "list", "automatic"]

MOST_HOPS = 50
"""Received fields; a mail that has been through so many hands goes in circles."""

NOBODY = re.compile(
    r"^(no|not|do[._-]?not|ne[._-]?pas|nao|n[aã]o)[._-]?(reply|replies|respond|r[eé]pondre|responder?|antworten)\b"
    r"|^(noreply|no-reply|donotreply|mailer-daemon|postmaster|bounces?|nobody|daemon|autoreply|auto-reply|"
    r"notifications?|newsletter|mailer|jangan[._-]?balas)([+._-]|@|$)",
    re.IGNORECASE,
)
"""Addresses behind which nobody reads."""

AWAY = re.compile(
    r"^\W*(re:|aw:|sv:|tr:|bls:)?\s*\W*("
    r"automatic reply|auto[\s-]?(matic )?(reply|response|responder|respond|reply message)\b|"
    r"automated (reply|response)|out of (the )?office|out-of-office|ooo:|away from (the )?office|"
    r"vacation (auto-?)?(reply|response|notice|message)|holiday (auto-?)?(reply|notice)|on (annual|maternity) leave|"
    r"automatische (antwort|antwoord)|automatisch antwoord|abwesenheits(notiz|meldung|nachricht|assistent)|"
    r"abwesenheit:|afwezigheids(bericht|assistent)|afwezig:|"
    r"r[ée]ponse automatique|absence du bureau|absent(e)? du bureau|message d.absence|"
    r"balasan otomatis|jawaban otomatis|(sedang )?di luar kantor|"
    r"respuesta autom[áa]tica|fuera de (la )?oficina|resposta autom[áa]tica|aviso de aus[êe]ncia|fora do escrit[óo]rio|"
    r"risposta automatica|fuori (sede|ufficio)|autosvar|automatiskt? svar|fr[åa]nvaromeddelande|"
    r"frav[æa]rs(besked|melding)|automaattinen vastaus|poissaoloviesti|"
    r"automatyczna odpowied[źz]|odpowied[źz] automatyczna|autoodpowied[źz]|"
    r"automatick[áa] odpov[ěe][ďd]|automatikus v[áa]lasz|r[ăa]spuns automat|otomatik (yan[\u0131i]t|cevap)|"
    r"автоматический ответ|автоответ|автоматична відповідь|αυτόματη απάντηση|"
    r"自動返信|自動応答|不在通知|自动回复|自動回覆|자동 응답|부재중|תשובה אוטומטית|رد تلقائي|ตอบกลับอัตโนมัติ|"
    r"tr[ảa] l[ờo]i t[ựu] đ[ộo]ng)",
    re.IGNORECASE,
)
"""How the subjects of vacation notes begin: only what no customer would write ("On holiday next week" is one's own)."""


@dataclass(frozen=True)
class Automatic:
    """That a machine wrote a mail: what kind of mail it is and why we think so, in words.

    `delay` is a bounce that is none yet; `report` a complaint, a receipt or another account of a mail; `automatic`
    everything else. Bounces and delays have a `failure`.
    """

    kind: Kind
    reason: str
    failure: Failure | None = None


def automatic(mail: Mail, *, own: Container[str] = ()) -> Automatic | None:
    """What kind of automatic mail this is, or null for what a person wrote. `own`: the shop's addresses, for loops."""
    return _bounce(mail) or _report(mail) or _loop(mail, own) or _auto_reply(mail) or _list(mail) or _machine(mail)


def no_answer(mail: Mail, *, own: Container[str] = ()) -> str | None:
    """Why automation must not answer a mail (RFC 3834), in words; null if it may."""
    found = automatic(mail, own=own)
    if found:
        return found.reason
    to = (mail.reply_to or mail.sender)[:1]
    if not to:
        return _("It does not say who wrote it.")
    if nobody(to[0].email):
        return _("Nobody reads the address it comes from (%(address)s).") % {"address": to[0].email}
    if to[0].email in own:
        return _("It comes from the shop's own address.")
    return None


def nobody(email: str) -> bool:
    """Whether an address looks like one behind which nobody reads (no-reply@...)."""
    return bool(NOBODY.search(email.partition("@")[0] + "@"))


def _bounce(mail: Mail) -> Automatic | None:
    found = failure(mail)
    if found is None:
        return None
    who = ", ".join(found.recipients[:3]) or "?"
    if not found.final:
        return Automatic("delay", _("A mail to %(address)s is delayed.") % {"address": who}, found)
    return Automatic("bounce", _("A mail to %(address)s could not be delivered.") % {"address": who}, found)


def _report(mail: Mail) -> Automatic | None:
    types = {one.type for one in mail.attachments} | {mail.header("Content-Type").partition(";")[0].strip().lower()}
    declared = mail.header("Content-Type").lower()
    if "message/feedback-report" in types or "feedback-report" in declared or _is_complaint(mail):
        return Automatic("report", _("It reports that somebody took a mail for spam."))
    if "message/disposition-notification" in types or "disposition-notification" in declared:
        return Automatic("report", _("It is a receipt: a mail was displayed or deleted."))
    if "message/delivery-status" in types or "delivery-status" in declared:
        return Automatic("report", _("It is a receipt: a mail was delivered."))
    return None


def _is_complaint(mail: Mail) -> bool:
    """A complaint of one of the providers that use no standard form."""
    sender = mail.author.email if mail.author else ""
    return bool(mail.header("X-HmXmrOriginalRecipient")) or (
        sender.startswith(("staff@hotmail.", "feedbackloop@")) and "complaint" in mail.subject.lower()
    )


def _loop(mail: Mail, own: Container[str]) -> Automatic | None:
    hops = len(mail.all("Received"))
    if hops > MOST_HOPS:
        return Automatic("loop", _("It goes in circles: it has passed %(hops)s servers.") % {"hops": hops})
    delivered = [one.strip(" <>").lower() for one in mail.all("Delivered-To")]
    if len(delivered) != len(set(delivered)):
        return Automatic("loop", _("It goes in circles: it was delivered to the same address twice."))
    if any(value.strip(" <>").lower() in own for value in mail.all("X-Loop")):
        return Automatic("loop", _("It goes in circles: the shop's own automation has sent it."))
    return None


def _auto_reply(mail: Mail) -> Automatic | None:
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    if submitted == "auto-replied":
        return Automatic("auto_reply", _("It says that it is an automatic reply (Auto-Submitted)."))
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Autoreply-From", "X-Vacation"):
        if mail.header(name).lower() not in ("", "no"):
            return Automatic("auto_reply", _("It says that it is an automatic reply (%(header)s).") % {"header": name})
    if mail.header("Precedence").lower() in ("auto_reply", "auto-reply"):
        return Automatic("auto_reply", _("It says that it is an automatic reply (Precedence)."))
    if mail.header("X-FC-MachineGenerated") or mail.header("X-POST-MessageClass").startswith("9;"):
        return Automatic("auto_reply", _("A mail server wrote it."))
    if AWAY.search(mail.subject):
        return Automatic("auto_reply", _("Its subject is that of an automatic reply."))
    return None


def _list(mail: Mail) -> Automatic | None:
    for name in ("List-Id", "List-Unsubscribe", "List-Post", "X-Mailing-List", "Mailing-List", "X-Mailman-Version"):
        if mail.header(name):
            return Automatic("list", _("It comes from a mailing list or newsletter (%(header)s).") % {"header": name})
    if mail.header("Precedence").lower() in ("bulk", "list", "junk"):
        return Automatic("list", _("It went to many people at once (Precedence)."))
    if mail.header("Feedback-ID") or mail.header("X-Campaign") or mail.header("X-CampaignID"):
        return Automatic("list", _("It went to many people at once (a campaign)."))
    return None


def _machine(mail: Mail) -> Automatic | None:
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return Automatic("automatic", _("It says that a machine wrote it (Auto-Submitted)."))
    suppress = mail.header("X-Auto-Response-Suppress").lower()
    if re.search(r"\b(all|oof|autoreply)\b", suppress) and _null_sender(mail):
        return Automatic("auto_reply", _("It asks for no automatic reply, and no mail may be returned to it."))
    if _null_sender(mail):
        return Automatic(
            "automatic", _("It comes from a machine: no mail may be returned to it (Return-Path is empty).")
        )
    sender = mail.author.email if mail.author else ""
    if sender.startswith(("mailer-daemon@", "postmaster@")):
        return Automatic("automatic", _("A mail server wrote it."))
    return None


def _null_sender(mail: Mail) -> bool:
    """Whether the envelope named nobody to whom an error may be told."""
    return mail.header("Return-Path").replace(" ", "") == "<>"
