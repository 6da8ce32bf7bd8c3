"""The cast, and the installations they work with: real SQLite files and a real PostgreSQL server."""

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4
from zlib import crc32

import pytest

HOME = Path(tempfile.mkdtemp(prefix="counterbell-tests-"))
os.environ.setdefault("COUNTERBELL_TESTS", str(HOME))  # what all processes of a run share lies with the first one
os.environ["COUNTERBELL_DATA"] = str(HOME / "data")
os.environ["DJANGO_SETTINGS_MODULE"] = "counterbell.site.settings"
os.environ["COUNTERBELL_LANGUAGE"] = "en"
os.environ.pop("DATABASE_URL", None)
signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts tests in the background has it ignored
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the thread of the tests

import django  # noqa: E402

django.setup()

from databases import SQLITE, once, put_new_sqlite, use  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import translation  # noqa: E402
from servers import PostgreSQL, programs  # noqa: E402

from counterbell.accounts.models import Shop  # noqa: E402
from counterbell.facts import reader  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="all variants of tests, not one of each")


def pytest_xdist_auto_num_workers() -> int:
    """Two a processor, since tests wait for processes and browsers some of the time."""
    return 2 * (os.cpu_count() or 1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_variant: always run in all its variants")
    config.addinivalue_line("markers", "one_variant: takes seconds, so run in one of its variants")


ON_BOTH = ("record", "facts", "metrics", "sources", "mail", "desk")
"""The tests that always run on both databases, since the parts they test have SQL of their own, or locks."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All tests take many minutes, which --thorough gives them. Without it tests that take long run in one variant, and
    one on both databases (but for some parts) on one of them: half of the tests on the one, half on the other."""
    if config.getoption("--thorough"):
        return
    variants: dict[str, list[str]] = {}
    for item in items:
        if not item.get_closest_marker("every_variant"):
            variants.setdefault(_test_of(item), []).append(item.nodeid)
    left_out = {name for test, names in variants.items() for name in names if name != _chosen(test, names)}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def _test_of(item: pytest.Item) -> str:
    """What a test is a variant of: the test, the test without its database, or just itself."""
    if item.get_closest_marker("one_variant") or "browser" in getattr(item, "fixturenames", ()):
        return item.nodeid.partition("[")[0]
    if Path(item.nodeid).parts[1] in ON_BOTH:
        return item.nodeid
    return re.sub("postgresql|sqlite", "", item.nodeid)


def _chosen(test: str, names: list[str]) -> str:
    possible = sorted(names) if programs() else sorted(name for name in names if "postgresql" not in name) or names
    return possible[crc32(test.encode()) % len(possible)]


def pytest_sessionfinish() -> None:
    reader.close_all()
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def static_files_as_they_lie() -> Iterator[None]:
    """Nothing is gathered and hashed for tests: the server of the tests finds static files where they are written."""
    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    middleware = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    hosts = ["testserver", "localhost", "127.0.0.1"]
    with override_settings(STORAGES=plain, MIDDLEWARE=middleware, ALLOWED_HOSTS=hosts):
        yield


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A page that a test has asked for leaves its language behind in the thread."""
    translation.activate("en")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    with PostgreSQL.started(once("postgresql", _migrated_cluster)) as server:
        yield server


def _migrated_cluster(path: Path) -> None:
    with PostgreSQL.started(leave=path) as server:
        use(server.first_database())
        call_command("migrate", verbosity=0)
        connections.close_all()


@pytest.fixture(scope="session")
def sqlite_installation() -> Path:
    """A migrated SQLite database that the tests of a session share, each with shops of its own."""
    path = HOME / "shared" / "record.sqlite3"
    put_new_sqlite(path)
    return path


@pytest.fixture(scope="session")
def postgresql_installation(postgresql_server: PostgreSQL) -> dict[str, object]:
    return postgresql_server.database("shared")


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest) -> str:
    """An installation with a record on each of the databases; shared, so use shops of your own."""
    if request.param == "sqlite":
        path = request.getfixturevalue("sqlite_installation")
        use({**SQLITE, "NAME": path})
    else:
        use(request.getfixturevalue("postgresql_installation"))
    return str(request.param)


@pytest.fixture
def sqlite(sqlite_installation: Path) -> Path:
    """An installation on SQLite; shared, so use shops of your own."""
    use({**SQLITE, "NAME": sqlite_installation})
    return sqlite_installation


@pytest.fixture
def own_sqlite(tmp_path: Path) -> Path:
    """The data directory of an installation of the test's own on SQLite, which processes apart can work on, too."""
    put_new_sqlite(tmp_path / "record.sqlite3")
    use({**SQLITE, "NAME": tmp_path / "record.sqlite3"})
    return tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def apart(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation that processes apart can work on: its environment; this process is turned to it, too."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        name = f"apart-{uuid4().hex}"
        url = server.url(name)
        use(server.database(name))
    else:
        url = ""
        put_new_sqlite(tmp_path / "record.sqlite3")
        use({**SQLITE, "NAME": tmp_path / "record.sqlite3"})
    root = str(Path(__file__).parents[1])
    yield {**os.environ, "COUNTERBELL_DATA": str(tmp_path), "DATABASE_URL": url, "PYTHONPATH": root}
    connection.close()


@pytest.fixture
def anns_shop(installation: str) -> Shop:
    return Shop.objects.create(slug=f"ann-{uuid4().hex}")


@pytest.fixture
def dans_shop(installation: str) -> Shop:
    return Shop.objects.create(slug=f"dan-{uuid4().hex}")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium; without it the tests that need it are skipped, but never in CI."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed (Debian: apt-get install chromium).")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium): no test in a browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
