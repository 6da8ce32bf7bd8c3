"""Whatever is sent to the API, as its schema says or against it: no answer is an error of ours."""

from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from hypothesis import HealthCheck, given, settings

from counterbell.accounts import tokens
from counterbell.accounts.models import Shop


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: schemathesis.SerializationContext, value: object) -> bytes:
    return str(value).encode("utf-8", "replace")


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_no_request_makes_the_api_fail(told: Shop) -> None:
    _token, key = tokens.make(told, "any", ["read", "write"], by=None, at=datetime.now(UTC))
    secret = f"Bearer {key}"
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]

        @given(case=operation.as_strategy() | operation.as_strategy(schemathesis.GenerationMode.NEGATIVE))
        @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: Any) -> None:
            answer = case.call(headers={"Authorization": secret})
            assert answer.status_code < 500, case.as_curl_command()

        with override_settings(API_REQUESTS_A_MINUTE=1_000_000):
            ask()
