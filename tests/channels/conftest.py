"""A web server for the channels: without the gathering of static files."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(autouse=True, scope="session")
def no_static_files() -> Iterator[None]:
    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    middleware = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    with override_settings(STORAGES=plain, MIDDLEWARE=middleware, ALLOWED_HOSTS=["testserver", "127.0.0.1"]):
        yield
