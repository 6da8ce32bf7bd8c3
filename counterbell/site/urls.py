"""All addresses. A part's `urls.py` gives pages of a shop (`shop_pages`) and pages for everybody (`public_pages`)."""

from django.urls import URLPattern, URLResolver, include, path

from counterbell.parts import modules

from . import pages

handler400 = "counterbell.site.errors.bad_request"
handler403 = "counterbell.site.errors.forbidden"
handler404 = "counterbell.site.errors.not_found"
handler500 = "counterbell.site.errors.server_error"


def _of_parts(kind: str) -> list[URLPattern | URLResolver]:
    return [pattern for urls in modules("urls") for pattern in getattr(urls, kind, [])]


urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", pages.metrics, name="metrics"),
    path("language/", pages.set_language, name="set_language"),
    path("account/email/", pages.no_own_address),
    path("account/sessions/", pages.sessions),
    path("account/", include("allauth.urls")),
    path("shops/<slug:slug>/", include(_of_parts("shop_pages"))),
    *_of_parts("public_pages"),
]
