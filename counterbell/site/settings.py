"""Django's settings, all of them made from Counterbell's own table of settings (`options.py`)."""

from pathlib import Path

from . import options

DEBUG = False
INSTALLED_APPS = ["counterbell.accounts", "counterbell.record", "counterbell.facts"]
DATABASES = {"default": options.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("id", "Bahasa Indonesia")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]

FACTS_DIRECTORY = options.data_directory() / "facts"
MEMORY_MEGABYTES = options.memory_megabytes()
DATABASE_URL = options.value("DATABASE_URL")
