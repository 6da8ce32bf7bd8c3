"""The dashboard's entries of the menu."""

from django.utils.translation import gettext_lazy as later

from counterbell.parts import Link

LINKS = [
    Link(later("Overview"), "overview", order=10, key="o", keeps_view=True),
    Link(later("Metrics"), "shop_metrics", order=20, key="m", keeps_view=True),
    Link(later("Agents"), "agents", order=30, key="a", keeps_view=True),
    Link(later("Satisfaction"), "satisfaction", order=40, key="s", keeps_view=True),
    Link(later("Revenue"), "revenue", order=50, key="r", keeps_view=True),
    Link(later("Backlog"), "backlog", order=60, key="b", keeps_view=True),
]
