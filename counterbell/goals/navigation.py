"""The entries of goals and alerts in the menu."""

from django.utils.translation import gettext_lazy as later

from counterbell.parts import Link

from .sight import count_of_open_alerts

LINKS = [
    Link(later("Goals"), "goals", order=70, key="g"),
    Link(later("Alerts"), "alerts", order=80, key="l", count=count_of_open_alerts),
]
