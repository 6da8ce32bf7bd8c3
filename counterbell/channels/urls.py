"""The pages of the channels."""

from django.urls import path

from . import views
from ._webhook import taken
from .pages import mailboxes

shop_pages = [
    path("mail/attached/<int:number>/", views.attached, name="attached"),
    path("mail/enclosed/<int:number>/", views.enclosed, name="enclosed"),
    path("settings/mailboxes/", mailboxes.page, name="settings_mailboxes"),
    path("settings/mailboxes/imap/", mailboxes.add_imap, name="settings_mailboxes_imap"),
    path("settings/mailboxes/webhook/", mailboxes.add_webhook, name="settings_mailboxes_webhook"),
    path("settings/mailboxes/<int:key>/", mailboxes.one, name="settings_mailboxes_one"),
    path("settings/mailboxes/<int:key>/change/", mailboxes.change, name="settings_mailboxes_change"),
]
public_pages = [path("mail/in/<str:path>/", taken, name="mail_in")]
