"""Ways to look at the inbox that people have given a name."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.errors import Problem

from .folders import FOLDERS, NOT_STANDING, Filters
from .models import SavedView

MOST = 30


def of(shop: Shop, user: User) -> list[SavedView]:
    """The person's own views in that shop."""
    return list(SavedView.objects.filter(shop=shop, user=user).order_by("name"))


def keep(shop: Shop, user: User, name: str, folder: str, filters: Filters) -> SavedView:
    """Keep a view under a name; the same name again replaces it."""
    name = " ".join(name.split())[:60]
    if not name:
        raise Problem(_("A view needs a name."))
    if SavedView.objects.filter(shop=shop, user=user).exclude(name=name).count() >= MOST:
        raise Problem(_("There are %(most)d views already. Take one away first.") % {"most": MOST})
    query = urlencode({"view": folder, **filters.told})
    view, _new = SavedView.objects.update_or_create(shop=shop, user=user, name=name, defaults={"query": query})
    return view


def forget(shop: Shop, user: User, view_id: int) -> None:
    """Take one of the person's views away."""
    SavedView.objects.filter(shop=shop, user=user, pk=view_id).delete()


def told(view: SavedView) -> tuple[str, Filters]:
    """The folder and the filters of a view."""
    return read(dict(parse_qsl(view.query)))


def read(query: dict[str, str]) -> tuple[str, Filters]:
    """The folder and the filters that an address names; one that is not there is the usual one."""
    name = query.get("view", "waiting")
    filters = Filters(**{field: query.get(field, "").replace("\0", "")[:200] for field in Filters.__dataclass_fields__})
    if filters.order != "due":
        filters = replace(filters, order="")
    return name if name in (*FOLDERS, *NOT_STANDING) else "waiting", filters
