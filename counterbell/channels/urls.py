"""The pages of the channels."""

from django.urls import path

from . import views
from ._webhook import taken
from .pages import consents, intake, mailboxes

shop_pages = [
    path("mail/attached/<int:number>/", views.attached, name="attached"),
    path("mail/enclosed/<int:number>/", views.enclosed, name="enclosed"),
    path("mail/intake/", intake.page, name="intake"),
    path("mail/intake/act/", intake.act, name="intake_act"),
    path("mail/intake/<int:key>/", intake.one, name="intake_one"),
    path("mail/intake/<int:key>/raw/", intake.raw, name="intake_raw"),
    path("settings/mailboxes/", mailboxes.page, name="settings_mailboxes"),
    path("settings/mailboxes/imap/", mailboxes.add_imap, name="settings_mailboxes_imap"),
    path("settings/mailboxes/webhook/", mailboxes.add_webhook, name="settings_mailboxes_webhook"),
    path("settings/mailboxes/consent/", consents.page, name="settings_mailboxes_consent"),
    path("settings/mailboxes/consented/", consents.consented, name="settings_mailboxes_consented"),
    path("settings/mailboxes/<int:key>/", mailboxes.one, name="settings_mailboxes_one"),
    path("settings/mailboxes/<int:key>/change/", mailboxes.change, name="settings_mailboxes_change"),
]
public_pages = [
    path("mail/in/<str:path>/", taken, name="mail_in"),
    path("mail/consent/", consents.come_back, name="mail_consent"),
]
