"""Where the API is."""

from django.urls import path

from ._api import api

public_pages = [path("api/v1/", api().urls)]
