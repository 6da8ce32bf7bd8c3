"""Goals and alerts: what the shop wants to reach, how far it is, and what it was told."""

from datetime import UTC, datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from counterbell.goals import alerts, deliveries, pace, scopes, targets
from counterbell.goals.targets import Goal

from ._access import shop_of, token_of
from ._asking import Plain

router = Router(tags=["goals"])


class AskedGoal(Schema):
    """A metric of a scope in each period; and its target: a value, or by how much each period is to be better."""

    metric: str = Field(description="its key, as /metrics lists it")
    scope: str = Field("shop", description="shop, team=NAME, agent=ID or channel=NAME")
    period: str = Field("month", description="week, month or quarter")
    value: float | None = Field(None, description="in the metric's own unit: seconds, a share from 0 to 1, ...")
    step: float | None = Field(None, description="instead of a value")

    @property
    def goal(self) -> Goal:
        """The goal without its target. Raises Problem for a scope that is none."""
        return Goal(self.metric, scopes.parse(self.scope), self.period)


@router.get("/goals", response=list[Plain], summary="All goals and how far they are")
def listed(request: HttpRequest) -> list[Plain]:
    """`state` is met, on_track, behind, missed or unknown; `expected` is what the value would be by now."""
    return [_told(one) for one in pace.paces(shop_of(request), at=datetime.now(UTC))]


@router.put("/goals", response=Plain, summary="Set a goal, or change its target")
def set_goal(request: HttpRequest, asked: AskedGoal) -> Plain:
    """From the running period on; past periods keep their target. Saying the same again changes nothing."""
    shop, at = shop_of(request, "admin"), datetime.now(UTC)
    target = targets.set_target(shop, asked.goal, value=asked.value, step=asked.step, by=token_of(request), at=at)
    return _told(pace.pace(shop, target, at=at))


@router.delete("/goals", response={204: None}, summary="Give a goal up")
def give_up(request: HttpRequest, asked: AskedGoal) -> Status[None]:
    """From the running period on; its history stays."""
    shop = shop_of(request, "admin")
    targets.give_up(shop, asked.goal, by=token_of(request), at=datetime.now(UTC))
    return Status(204, None)


@router.get("/alerts", response=list[Plain], summary="Alerts, the latest first")
def told(request: HttpRequest, only_open: bool = False) -> list[Plain]:
    """What each saw and when; `ended_at` is null while it is open. At most 100."""
    return [deliveries.payload(alert) for alert in alerts.alerts(shop_of(request), only_open=only_open, limit=100)]


@router.post("/alerts/{number}/acknowledge", response=Plain, summary="Say that somebody has seen it")
def acknowledge(request: HttpRequest, number: int) -> Plain:
    """Doing it twice changes nothing."""
    return deliveries.payload(alerts.acknowledge(shop_of(request, "write"), number, at=datetime.now(UTC)))


def _told(one: pace.Pace) -> Plain:
    goal = one.goal
    return {
        "metric": goal.metric,
        "scope": goal.scope.name if goal.scope == scopes.WHOLE_SHOP else f"{goal.scope.name}={goal.scope.value}",
        "period": goal.period,
        "start": one.period.start.isoformat(),
        "end": one.period.end.isoformat(),
        "state": one.state.value,
        "target": one.target,
        "value": one.value,
        "expected": one.expected,
        "interval": one.interval,
        "n": one.rows,
        "thin": one.thin,
    }
