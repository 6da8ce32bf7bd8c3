"""The pages of the reports."""

from django.urls import path

from . import pages

shop_pages = [
    path("reports/", pages.page, name="reports"),
    path("reports/subscribe/", pages.subscribe, name="reports_subscribe"),
    path("reports/preview/", pages.preview, name="reports_preview"),
    path("reports/<int:number>/end/", pages.end, name="reports_end"),
    path("reports/<int:number>/test/", pages.test, name="reports_test"),
]
public_pages = [path("unsubscribe/<str:token>/", pages.unsubscribe, name="unsubscribe")]
