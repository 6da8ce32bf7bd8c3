"""A page with charts as a site serves it under a strict policy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.template import Context, Engine

from counterbell.charts.figure import Figure

CHARTS = Path(__file__).parent.parent.parent / "counterbell" / "charts"
POLICY = "default-src 'self'; frame-ancestors 'none'"
STYLE = "body { font-family: system-ui; background: var(--chart-paper); margin: 1rem } .chart { margin-block: 2rem }"
PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Charts</title>
<link rel="icon" href="/static/charts/favicon.ico">
<link rel="stylesheet" href="/page.css">
<link rel="stylesheet" href="/static/charts/colours.css">
<link rel="stylesheet" href="/static/charts/charts.css">
<script defer src="/static/charts/vega.js"></script><script defer src="/static/charts/charts.js"></script></head>
<body>{% for figure in figures %}{% include "charts/_figure.html" %}{% endfor %}</body></html>"""


@dataclass
class Site:
    """What is served, and what was asked for."""

    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""


def page(figures: list[Figure]) -> str:
    """A page with these figures, by the product's own template."""
    engine = Engine(dirs=[str(CHARTS / "templates")], libraries={"static": "django.templatetags.static"})
    return engine.from_string(PAGE).render(Context({"figures": figures}))


@contextmanager
def served(pages: dict[str, tuple[str, str]]) -> Iterator[Site]:
    """A site with these pages (kind and text, by path) and the charts' static files."""
    site = Site({"/page.css": ("text/css", STYLE), **pages})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site, directory=str(CHARTS)))
    site.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, site: Site, *more: object, directory: str) -> None:
        self.site = site
        super().__init__(*more, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        if self.path.endswith("favicon.ico"):
            self.send_response(204)
            self.end_headers()
        elif (there := self.site.pages.get(self.path.split("?")[0])) is None:
            super().do_GET()
        else:
            kind, text = there
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass
