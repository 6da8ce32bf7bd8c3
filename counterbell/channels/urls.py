"""The pages of the channels."""

from django.urls import path

from . import views
from ._webhook import taken

shop_pages = [
    path("mail/attached/<int:number>/", views.attached, name="attached"),
    path("mail/enclosed/<int:number>/", views.enclosed, name="enclosed"),
]
public_pages = [path("mail/in/<str:path>/", taken, name="mail_in")]
