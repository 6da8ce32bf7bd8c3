"""The pages of the dashboard."""

from django.urls import path

from . import overview

shop_pages = [path("overview/", overview.page, name="overview")]
