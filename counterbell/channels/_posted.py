"""The content of a large request, read once and within bounds.

Django has one bound for all pages, as small as their forms. A provider's request holds whole mails, so this one reads
it itself and gives Django the parts.
"""

from email import message_from_bytes, policy
from email.message import Message
from typing import Any, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

MOST_PARTS = 1_000


def read(request: HttpRequest, largest: int) -> None:
    """Read the request's body, and its form where it is one. Raises SuspiciousOperation (400) where it is too large."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    body = request.read(min(length, largest) + 1)
    if len(body) > largest:
        raise SuspiciousOperation("The request is too large.")
    told = cast(Any, request)
    told._body = body
    if request.content_type == "multipart/form-data":
        told._post, told._files = _form(body, request.META.get("CONTENT_TYPE", ""))
    elif request.content_type == "application/x-www-form-urlencoded":
        told._post, told._files = QueryDict(body), MultiValueDict()
    else:
        told._post, told._files = QueryDict(), MultiValueDict()


def _form(body: bytes, content_type: str) -> tuple[QueryDict, MultiValueDict[str, SimpleUploadedFile]]:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    parts = message_from_bytes(head + body, policy=policy.HTTP).get_payload()
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        raise SuspiciousOperation("The request is no form.")
    fields, files = QueryDict(mutable=True), MultiValueDict[str, SimpleUploadedFile]()
    for part in parts:
        assert isinstance(part, Message)
        name = str(part.get_param("name", "", header="Content-Disposition"))
        content = cast(bytes, part.get_payload(decode=True) or b"")
        if filename := part.get_filename():
            files.appendlist(name, SimpleUploadedFile(filename, content, part.get_content_type()))
        else:
            fields.appendlist(name, content.decode("utf-8", "replace"))
    return fields, files
