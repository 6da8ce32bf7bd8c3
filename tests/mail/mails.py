"""Mails for the tests, written down field by field."""


def mail(text: str = "Hello", /, *, kind: str | None = "text/plain; charset=utf-8", **told: str | None) -> bytes:
    """A mail from Kim to the shop; fields by their names with _ for -, null leaves one out."""
    fields: dict[str, str | None] = {
        "from": "Kim <kim@example.com>",
        "to": "Ann <ann@shop.example>",
        "subject": "Where is my parcel?",
        "date": "Mon, 05 Jan 2026 10:00:00 +0100",
        "message_id": "<1@example.com>",
        "mime_version": "1.0",
        "content_type": kind,
    }
    fields |= told
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items() if value is not None)
    return f"{head}\n{text}".encode("utf-8", "surrogateescape")


def parts(*several: str, kind: str = "mixed") -> tuple[str, str]:
    """The text and the content type of a mail with parts, each with its own header."""
    text = "".join(f"--limit\n{part}\n" for part in several) + "--limit--\n"
    return text, f'multipart/{kind}; boundary="limit"'
