"""A course in the space of a word: a small SVG made here, so that a page of tiles costs no drawing."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MARGIN = 3.0


def sparkline(
    values: Sequence[float | None], *, label: str, goal: float | None = None, width: int = 120, height: int = 32
) -> SafeString:
    """The course with its last point marked and the goal as a line; null is a gap. `label` says it in words."""
    shape = _Shape(values, goal, width, height)
    return format_html(
        '<svg class="sparkline" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}{}{}{}</svg>',
        label, width, height, width, height,
        shape.goal(), format_html_join("", "{}", ((one,) for one in shape.course())), shape.lone_points(), shape.last(),
    )  # fmt: skip


class _Shape:
    """Figures on their way to pixels."""

    def __init__(self, values: Sequence[float | None], goal: float | None, width: int, height: int) -> None:
        self.values, self.goal_value, self.width, self.height = values, goal, width, height
        known = [value for value in (*values, goal) if value is not None] or [0.0]
        self.low, self.high = min(known), max(known)

    def x(self, place: int) -> str:
        steps = max(len(self.values) - 1, 1)
        return _pixels(MARGIN + place * (self.width - 2 * MARGIN) / steps)

    def y(self, value: float) -> str:
        if self.high == self.low:
            return _pixels(self.height / 2)
        return _pixels(MARGIN + (self.high - value) / (self.high - self.low) * (self.height - 2 * MARGIN))

    def _stretches(self) -> Iterator[list[tuple[int, float]]]:
        """The figures between two gaps."""
        for there, stretch in groupby(enumerate(self.values), key=lambda one: one[1] is not None):
            if there:
                yield [(place, value) for place, value in stretch if value is not None]

    def course(self) -> Iterator[SafeString]:
        for stretch in self._stretches():
            if len(stretch) > 1:
                points = " ".join(f"{self.x(place)},{self.y(value)}" for place, value in stretch)
                yield format_html(
                    '<polyline class="sparkline-course" fill="none" stroke="currentColor" stroke-width="1.75" '
                    'stroke-linejoin="round" stroke-linecap="round" points="{}"/>',
                    points,
                )

    def lone_points(self) -> SafeString:
        alone = [stretch[0] for stretch in self._stretches() if len(stretch) == 1]
        return format_html_join(
            "",
            '<circle class="sparkline-alone" cx="{}" cy="{}" r="1.25" fill="currentColor"/>',
            ((self.x(place), self.y(value)) for place, value in alone),
        )

    def last(self) -> SafeString:
        known = [(place, value) for place, value in enumerate(self.values) if value is not None][-1:]
        return format_html_join(
            "",
            '<circle class="sparkline-last" cx="{}" cy="{}" r="2.5" fill="currentColor"/>',
            ((self.x(place), self.y(value)) for place, value in known),
        )

    def goal(self) -> SafeString:
        if self.goal_value is None:
            return SafeString("")
        return format_html(
            '<line class="sparkline-goal" x1="0" x2="{}" y1="{}" y2="{}" '
            'stroke="currentColor" stroke-dasharray="3 3"/>',
            self.width, self.y(self.goal_value), self.y(self.goal_value),
        )  # fmt: skip


def _pixels(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")
