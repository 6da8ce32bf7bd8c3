"""What the dashboard does by itself while the program serves."""

from datetime import datetime

from counterbell.charts.render import warm_up
from counterbell.parts import Loop


def be_ready_to_draw(_at: datetime) -> None:
    """Load what draws charts, once, so that the first reader does not wait for it."""
    warm_up()


LOOPS = [Loop("charts", every_seconds=86_400, run=be_ready_to_draw)]
