"""What hung on a mail: kept by its digest, unless it is too large or a program; the whole mail stays in the intake."""

from dataclasses import dataclass

from counterbell.accounts.models import Shop
from counterbell.mail.message import Attachment, Mail
from counterbell.record.models import Message

from . import _files
from .models import Attached

LARGEST = 25 << 20
"""Bytes; what is larger is not kept apart from its mail."""
MOST = 100

PROGRAMS = frozenset(
    [
        "ade",
        "adp",
        "app",
        "apk",
        "appx",
        "bat",
        "cab",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "exe",
        "gadget",
        "hta",
        "img",
        "inf",
        "ins",
        "iso",
        "isp",
        "jar",
        "jnlp",
        "js",
        "jse",
        "lib",
        "lnk",
        "mde",
        "msc",
        "msi",
        "msix",
        "msp",
        "mst",
        "nsh",
        "pif",
        "ps1",
        "reg",
        "scr",
        "sct",
        "sh",
        "shb",
        "sys",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "vxd",
        "wsc",
        "wsf",
        "wsh",
        "xll",
    ]
)
"""Endings of what starts when somebody opens it."""

PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"RIFF", "image/webp"),
)
"""How the pictures that we show begin; a drawing (SVG) can hold a program, and is none of them."""


@dataclass(frozen=True)
class Kept:
    """An attachment whose bytes are kept, or are not and why."""

    told: Attachment
    digest: str
    refused: str


def keep(shop: Shop, mail: Mail) -> list[Kept]:
    """Keep the bytes of what hangs on a mail."""
    return [_kept(shop, told) for told in mail.attachments[:MOST]]


def _kept(shop: Shop, told: Attachment) -> Kept:
    refused = _refused(told)
    return Kept(told, "" if refused else _files.keep(shop, told.content), refused)


def _refused(told: Attachment) -> str:
    if told.size > LARGEST:
        return "large"
    return "program" if is_program(told.name, told.content) else ""


def is_program(name: str, content: bytes) -> bool:
    """Whether it starts when somebody opens it, by its name or by how its bytes begin."""
    return _ending(name) in PROGRAMS or content.startswith((b"MZ", b"\x7fELF"))


def _ending(name: str) -> str:
    return name.rstrip(" .").rpartition(".")[2].lower()


def attach(message: Message, kept: list[Kept]) -> None:
    """Note what hangs on a message, in the transaction under the lock of the shop's writers."""
    for one in kept:
        if one.digest:
            _files.keep(message.shop, one.told.content)  # had somebody just removed the same bytes
    Attached.objects.bulk_create(
        [
            Attached(
                shop_id=message.shop_id,
                message=message,
                number=number,
                name=one.told.name,
                media_type=picture_type(one.told.content) or one.told.type,
                size=one.told.size,
                digest=one.digest,
                cid=one.told.cid or "",
                inline=one.told.inline,
                refused=one.refused,
            )
            for number, one in enumerate(kept, start=1)
        ],
        ignore_conflicts=True,
    )


def picture_type(content: bytes) -> str:
    """The type of a picture that a page may show, by how its bytes begin; empty for everything else."""
    for start, kind in PICTURES:
        if content.startswith(start) and (kind != "image/webp" or content[8:12] == b"WEBP"):
            return kind
    return ""
