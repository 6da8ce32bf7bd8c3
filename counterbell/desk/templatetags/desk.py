"""Times as the shop's people read them."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from counterbell import formats
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone

register = template.Library()


@register.simple_tag
def moment(when: datetime, shop: Shop) -> SafeString:
    """The date and time in the shop's time zone, with the instant itself for the browser."""
    return format_html(
        '<time datetime="{}">{}</time>', when.isoformat(), formats.moment(when.astimezone(zone(shop.timezone)))
    )
