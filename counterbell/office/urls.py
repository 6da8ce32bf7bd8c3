"""The pages of whoever looks after the shop."""

from django.urls import path

from . import audit_page, data_page, hours_page, import_page, imports_page, joining, people_page, shop, tokens_page

shop_pages = [
    path("settings/", shop.page, name="settings"),
    path("settings/hours/", hours_page.page, name="settings_hours"),
    path("settings/people/", people_page.page, name="settings_people"),
    path("settings/people/<int:key>/", people_page.change, name="settings_people_change"),
    path("settings/people/<int:key>/remove/", people_page.remove, name="settings_people_remove"),
    path("settings/people/invited/<int:key>/", people_page.withdraw, name="settings_people_withdraw"),
    path("settings/tokens/", tokens_page.page, name="settings_tokens"),
    path("settings/tokens/<int:key>/revoke/", tokens_page.revoke, name="settings_tokens_revoke"),
    path("settings/data/", data_page.page, name="settings_data"),
    path("settings/data/export/", data_page.export, name="settings_data_export"),
    path("settings/data/erase/", data_page.erase, name="settings_data_erase"),
    path("settings/audit/", audit_page.page, name="settings_audit"),
    path("imports/", imports_page.page, name="imports"),
    path("imports/new/", imports_page.receive, name="imports_receive"),
    path("imports/<int:key>/", import_page.page, name="imports_one"),
    path("imports/<int:key>/start/", import_page.start, name="imports_start"),
    path("imports/<int:key>/progress/", import_page.progress, name="imports_progress"),
    path("imports/<int:key>/cancel/", import_page.cancel, name="imports_cancel"),
    path("imports/<int:key>/refused.csv", import_page.refused, name="imports_refused"),
]
public_pages = [path("invitations/<str:signed>/", joining.page, name="invitation")]
