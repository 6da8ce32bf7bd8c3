from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "counterbell.accounts"
    default_auto_field = "django.db.models.BigAutoField"
