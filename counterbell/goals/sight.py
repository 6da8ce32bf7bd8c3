"""What a person may see of goals and alerts: those of colleagues are closed to whoever has the role of an agent."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterbell.accounts.models import Membership
from counterbell.errors import NotFound

from .models import Alert, ScopeName, Target
from .scopes import Scope


def may_see(membership: Membership, scope: Scope) -> bool:
    """Whether the figures of that scope are open to the person."""
    return membership.sees_colleagues or scope.name != ScopeName.AGENT or scope.value == membership.agent


def sees_alert(membership: Membership, alert: Alert) -> bool:
    """Whether the alert is open to the person."""
    return may_see(membership, Scope(alert.values.get("scope", ScopeName.SHOP), alert.values.get("scope_value", "")))


def open_alerts(membership: Membership) -> list[Alert]:
    """The alerts that are not over and nobody has seen to, the newest first."""
    return [alert for alert in _open(membership).order_by("-opened_at", "-pk") if sees_alert(membership, alert)]


def count_of_open_alerts(membership: Membership) -> int:
    """How many there are, for the menu of every page: just counted, where the person sees all."""
    return _open(membership).count() if membership.sees_colleagues else len(open_alerts(membership))


def _open(membership: Membership) -> QuerySet[Alert]:
    return Alert.objects.filter(shop=membership.shop, ended_at__isnull=True, acknowledged_at__isnull=True)


def target_of(membership: Membership, number: int) -> Target:
    """The target of that number, if the person may see it. Raises NotFound."""
    target = Target.objects.filter(shop=membership.shop, pk=number).first()
    if target is None or not may_see(membership, Scope(target.scope, target.scope_value)):
        raise NotFound(_("There is no goal %(number)s in this shop.") % {"number": number})
    return target
