"""Where the figure at the end of a line is written, so that it lies on no line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

USUAL_WIDTH, LETTER, LETTER_HEIGHT, FREE = 520, 7, 11, 2
"""In pixels: of a plot, whose own width is known to the browser only; of a bold letter; and what stays free around."""

SIDES = ((5, -9), (5, 10), (-10, 0), (5, -22), (5, 23), (-10, -14), (-10, 14), (5, -36), (5, 37))
"""How far from its point a figure may end to the right, and stand, upwards below 0; the best first."""

STEPS = 24

Course = Sequence[float | None]


@dataclass(frozen=True)
class Plot:
    """The lines of a plot, a figure at each whole place, and the plot's height in pixels between both ends."""

    courses: Sequence[Course]
    ends: tuple[float, float]
    height: float

    def before_the_end(self, place: int, value: float, text: str) -> dict[str, Any]:
        """How the text is written before the end of its line and beside its point: where it meets the least of lines.

        In words of Vega: to which side, and how far from the point.
        """
        sides = [side for side in SIDES if self._fits(value, side[1])]
        dx, dy = min(sides, key=lambda side: self._met(place, value, LETTER * len(text), side), default=SIDES[0])
        return {"align": "right", "dx": dx, "dy": dy, "baseline": _baseline(dy)}

    def _met(self, place: int, value: float, wide: float, side: tuple[int, int]) -> int:
        """How much of the lines is where the text would be."""
        right, (low, high) = side[0], _box(side[1])
        places = self._places(place, right - wide - FREE, min(right, 0))
        lines = [[self._up(course, one, value) for one in places] for course in self.courses]
        return sum(min(two) <= high + FREE and max(two) >= low - FREE for line in lines for two in _stretches(line))

    def _places(self, place: int, left: float, right: float) -> list[float]:
        pixels = USUAL_WIDTH / len(self.courses[0])
        return [place + (left + (right - left) * step / STEPS) / pixels for step in range(STEPS + 1)]

    def _up(self, course: Course, place: float, value: float) -> float | None:
        """How many pixels the line is above that figure there; nothing where there is none."""
        before, part = int(max(place, 0)), max(place, 0) % 1
        one, other = (course[each] if each < len(course) else None for each in (before, before + 1))
        here = one if not part else None if one is None or other is None else one + (other - one) * part
        return None if here is None else (here - value) * self._pixels

    @property
    def _pixels(self) -> float:
        return self.height / (self.ends[1] - self.ends[0])

    def _fits(self, value: float, dy: int) -> bool:
        low, high = _box(dy)
        above_the_ground = (value - self.ends[0]) * self._pixels
        return above_the_ground + low >= 0 and above_the_ground + high <= self.height + LETTER_HEIGHT


def _baseline(dy: int) -> str:
    return "bottom" if dy < 0 else "top" if dy else "middle"


def _box(dy: int) -> tuple[float, float]:
    """The lower and the upper edge of the text, in pixels above its point."""
    low = {"bottom": -dy, "top": -dy - LETTER_HEIGHT, "middle": -LETTER_HEIGHT / 2}[_baseline(dy)]
    return low, low + LETTER_HEIGHT


def _stretches(line: Sequence[float | None]) -> Iterator[tuple[float, float]]:
    for one, other in pairwise(line):
        if one is not None and other is not None:
            yield one, other
