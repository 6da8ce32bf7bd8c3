"""Bounces: which mail to whom could not be delivered, told by RFC 3464 or in the free words of mail servers.

A report in the standard's form is believed. Free words are looked at only in mails that come from a mail server (its
daemon, a postmaster, or nobody to whom an error may be told) and that speak of a failure in their subject or text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy

from . import headers
from .message import Mail

LOOKED_AT = 60_000
"""Characters of a text in which the failure is looked for."""
MOST_RECIPIENTS = 50

_ADDRESS = r"[\w.!#$%&'*+/=?^{|}~-]+@[\w.-]+\w"
_LIKE_ADDRESS = re.compile(_ADDRESS)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?:^|[\s<(:])([45])\d\d[\s-]", re.MULTILINE)
_MESSAGE_ID = re.compile(r"^[>\s]*message-id:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_ID_LINE = re.compile(r"^[>\s]*(message-id|references|in-reply-to):.*$", re.IGNORECASE | re.MULTILINE)

SERVER = re.compile(
    r"\b(mailer-?da?emon|postmaster|mail deliver\w* (sub)?system|mail administrator|microsoft exchange\w*)\b|"
    r"\bmail-?daemon@|\bmmdf@|\bpost-?office@|\bmailer-daemon\b",
    re.IGNORECASE,
)
"""What the From of a mail server has in it."""

PERHAPS = re.compile(
    r"^(admin|administrator|system|mail|mailer|mailadm|bounces?|undeliver\w*|no-?reply)\b", re.IGNORECASE
)
"""Addresses under which mail servers write, and others too."""

SUBJECT = re.compile(
    r"undeliver|not deliver|non[- ]?deliver|deliver(y|ed)? (status|fail|err|report|problem|has failed|incomplete)|"
    r"failure (notice|delivery)|fail(ed|ure)? .*(deliver|mail|send)|(mail|message|deliver\w*)\b.*\bfail|"
    r"return(ed|ing) (mail|message|to sender)|could ?n.t be (sent|delivered)|mail (system )?error|"
    r"(mail|message) (status|warning)|(warning|delayed|delay)\b.*(mail|message|deliver)|"
    r"(mail|message|deliver\w*) delay|"
    r"nicht zugestellt|unzustellbar|zustellung|non remis|[ée]chec (de|d)|remise|non d[ée]livr|"
    r"no (se )?(ha )?(podido|pudo) entregar|no entregado|devuelto|n[ãa]o entregue|falha|mancato recapito|"
    r"onbestelbaar|tidak terkirim|gagal terkirim|не доставлен|недоставлен|не удалось|退信|配信|送信エラー|エラー",
    re.IGNORECASE,
)

FAILED = re.compile(
    r"could not be (delivered|sent)|couldn.t (be delivered|deliver)|(was|were|is|been) (not|un)(able| able)? ?"
    r"(to (be )?)?deliver|wasn.t (able to be )?delivered|unable to deliver|undeliverable|not delivered|"
    r"delivery (to the following|has failed|failed|attempt|error)|failed to deliver|failed (permanently|recipient)|"
    r"permanent(ly)? (fatal )?(error|fail)|following address(es)?( had| failed|\(es\) failed)|fatal errors|"
    r"did not reach the following|user (is )?(unknown|not found)|unknown (user|recipient|address)|"
    r"no such (user|mailbox)|"
    r"mailbox (is )?(full|unavailable|not found)|does not exist|returned to sender|bounced|rejected|"
    r"konnte nicht|n.a pas pu|non recapitat|no (se )?pudo|tidak dapat (dikirim|disampaikan)|не удалось|"
    r"was not (sent|delivered)|host unknown|over quota|exceeded .*quota|transaction failed|delivery failure",
    re.IGNORECASE,
)

DELAYED = re.compile(
    r"delay|will (keep|continue) (on )?trying|will be retried|not yet been delivered|do not need to resend|"
    r"could not (be )?(delivered|send).{0,60}(for|past|last) \d+ (hour|day|minute)|still trying|warning message only|"
    r"wird weiter versucht|retard|queued for",
    re.IGNORECASE | re.DOTALL,
)

ORIGINAL = re.compile(
    r"^[-_=*\s>]*(below this line is a copy of the message|this is a copy of (the|your) message|original message|"
    r"(returned|undelivered|unsent|rejected) (message|mail)( follows| header| is)?|message (header|contents?|follows)|"
    r"(the )?(header|text) of the (original )?message|your original message|ursprüngliche nachricht|message d.origine|"
    r"copy of (the )?message|-+ *message header)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Lines after which a free-form bounce shows the mail that failed."""

REPORTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True)
class Failure:
    """That a mail was not delivered, or not yet (`final` false): to whom, and which one (`original_id`), where told.

    `status` is the code of RFC 3463 ("5.1.1"), `words` what the other side said.
    """

    recipients: tuple[str, ...]
    final: bool
    status: str | None = None
    words: str = ""
    original_id: str | None = None


def failure(mail: Mail) -> Failure | None:
    """What a bounce tells, or null if this is none."""
    return _reported(mail) or _in_free_words(mail)


# ---- in the form of RFC 3464


@dataclass(frozen=True)
class _Block:
    """What a report says of one recipient."""

    recipient: str | None
    action: str
    status: str | None
    words: str


def _reported(mail: Mail) -> Failure | None:
    blocks = [block for one in mail.attachments if one.type in REPORTS for block in _blocks(one.content)]
    told = [block for block in blocks if _says_failure(block)]
    if not told or not _may_report(mail):
        return None
    failed = [block for block in told if not _is_delay(block)]
    first, *_rest = failed or told
    return Failure(
        recipients=_each_once(block.recipient for block in failed or told),
        final=bool(failed),
        status=first.status,
        words=first.words[:500],
        original_id=_original_id(mail),
    )


def _may_report(mail: Mail) -> bool:
    """Whether this is a report itself, and not the mail of somebody who passes one on."""
    declared = mail.header("Content-Type").lower().startswith("multipart/report")
    return declared or bool(SERVER.search(mail.header("From"))) or _perhaps(mail)


def _says_failure(block: _Block) -> bool:
    return block.action in ("failed", "delayed") or (block.action == "" and (block.status or "")[:1] in ("4", "5"))


def _is_delay(block: _Block) -> bool:
    return block.action == "delayed" or (block.action == "" and (block.status or "").startswith("4"))


def _blocks(content: bytes) -> Iterator[_Block]:
    """The recipients' blocks: header fields, with blank lines between the recipients."""
    for piece in re.split(rb"\r?\n[ \t]*\r?\n", content.strip())[: MOST_RECIPIENTS + 1]:
        message = message_from_bytes(piece.lstrip(b"\r\n") + b"\n\n", policy=policy.compat32)
        told = dict(reversed(headers.fields(message)))
        if not {"action", "status", "final-recipient", "original-recipient"} & told.keys():
            continue
        recipient = _recipient(told.get("final-recipient", "")) or _recipient(told.get("original-recipient", ""))
        status = _STATUS.search(told.get("status", "")) or _STATUS.search(told.get("diagnostic-code", ""))
        action = told.get("action", "").split(" ")[0].strip(".,;()").lower()
        words = headers.words(told.get("diagnostic-code", "")).partition(";")[2].strip()
        yield _Block(recipient, action, status[1] if status else None, words)


def _recipient(value: str) -> str | None:
    found = _LIKE_ADDRESS.search(value.partition(";")[2] or value)
    return found[0].lower() if found else None


def _each_once(recipients: Iterator[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in recipients if one))[:MOST_RECIPIENTS]


def _original_id(mail: Mail) -> str | None:
    """The Message-ID of the mail that came back, from what came back of it."""
    for one in mail.attachments:
        if one.type in RETURNED and (found := _MESSAGE_ID.search(headers.decoded(one.content[:LOOKED_AT], None)[0])):
            return found[1]
    found = _MESSAGE_ID.search(mail.text[:LOOKED_AT])
    return found[1] if found else None


# ---- in free words


def _in_free_words(mail: Mail) -> Failure | None:
    failed = _named_in_headers(mail)
    report, returned = _split(mail.text[:LOOKED_AT])
    if not failed and not _says_so(mail, report):
        return None
    status = _STATUS.search(report)
    return Failure(
        recipients=failed or _each_once(iter(_addresses(report, mail))),
        final=_is_final(mail.subject, report),
        status=status[1] if status else None,
        words=_what_was_said(report),
        original_id=_id_in(returned) or _original_id(mail),
    )


def _says_so(mail: Mail, report: str) -> bool:
    """Whether a mail server speaks of a failure; who only may be one must do so in subject and text."""
    by_subject, by_text = bool(SUBJECT.search(mail.subject)), bool(FAILED.search(report))
    if SERVER.search(mail.header("From")):
        return by_subject or by_text
    return _perhaps(mail) and by_subject and by_text


def _perhaps(mail: Mail) -> bool:
    """Whether a mail server may have written it."""
    named = not mail.author or bool(PERHAPS.search(mail.author.email))
    return named or mail.header("Return-Path").replace(" ", "") == "<>"


def _named_in_headers(mail: Mail) -> tuple[str, ...]:
    """The recipients that Exim and others name in a field of their own."""
    told = ",".join(mail.all("X-Failed-Recipients"))
    return tuple(dict.fromkeys(one.lower() for one in _LIKE_ADDRESS.findall(told)))[:MOST_RECIPIENTS]


def _split(text: str) -> tuple[str, str]:
    """What the server says, and what it shows of the mail that failed."""
    found = ORIGINAL.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def _is_final(subject: str, report: str) -> bool:
    """A bounce, unless it says that the server keeps trying and not also that it gave up."""
    gave_up = re.search(r"gave up|giving up|given up|no further|permanent", report, re.IGNORECASE)
    delayed = DELAYED.search(subject) or DELAYED.search(report)
    return not delayed or bool(gave_up) or bool(re.search(r"\b5\.\d+\.\d+\b", report))


def _addresses(report: str, mail: Mail) -> list[str]:
    """Who did not get it: the addresses that the server speaks of, less its own and the sender's."""
    others = {one.email for one in (*mail.sender, *mail.reply_to, *mail.recipients)}
    found = [one.lower().strip("'.") for one in _LIKE_ADDRESS.findall(_ID_LINE.sub("", report))]
    named = [one for one in found if not SERVER.search(one)]
    return [one for one in named if one not in others][:MOST_RECIPIENTS] or named[:1]


def _what_was_said(report: str) -> str:
    """The line that gives the reason."""
    for line in report.splitlines():
        if _STATUS.search(line) or _REPLY_CODE.search(line) or FAILED.search(line):
            return line.strip()[:500]
    return ""


def _id_in(returned: str) -> str | None:
    found = _MESSAGE_ID.search(returned)
    return found[1] if found else None
