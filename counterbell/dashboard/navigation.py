"""The dashboard's entries of the menu."""

from django.utils.translation import gettext_lazy as later

from counterbell.parts import Link

LINKS = [
    Link(later("Overview"), "overview", order=10, key="o", keeps_view=True),
    Link(later("Metrics"), "shop_metrics", order=20, key="m", keeps_view=True),
]
