"""What the logs tell, and what they keep to themselves."""

import json
import logging
import sys

from django.test import Client

from counterbell.site.logs import JsonLines


def logged(error: Exception) -> str:
    """What a line says of an error that came while another was dealt with."""
    try:
        try:
            raise KeyError("kim@example.com")
        except KeyError as before:
            raise error from before
    except Exception:
        record = logging.LogRecord("counterbell", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    return str(json.loads(JsonLines().format(record))["error"])


def test_an_error_is_told_by_its_kind_and_place_without_its_words() -> None:
    told = logged(ValueError("Key (email)=(kim@example.com) already exists."))
    assert "kim@example.com)" not in told
    assert "builtins.ValueError" in told
    assert "builtins.KeyError" in told
    assert "test_logs.py" in told


def test_methods_that_nobody_uses_are_counted_as_one(installation: str) -> None:
    for method in ("WRONG1", "WRONG2"):
        Client().generic(method, "/healthz")
    told = Client().get("/metrics").content.decode()
    assert "WRONG" not in told
    assert 'method="other"' in told
