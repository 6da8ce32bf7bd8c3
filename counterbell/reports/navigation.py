"""The entry of the reports in the menu."""

from django.utils.translation import gettext_lazy as later

from counterbell.parts import Link

LINKS = [Link(later("Reports"), "reports", order=85, key="e")]
