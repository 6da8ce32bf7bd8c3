"""How the demo shop throws its dice."""

import math
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Urn(Generic[T]):
    """Values that are drawn as often as their weights say."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, dice: Random) -> T:
        return dice.choices(self.values, cum_weights=self._sums)[0]


def spread(dice: Random, median: float, sigma: float = 0.8) -> float:
    """A positive number around a median, with the long tail that waits and delays have."""
    return median * math.exp(sigma * dice.gauss(0, 1))


def around(dice: Random, mean: float) -> int:
    """A count that scatters around a mean as independent customers do."""
    return max(0, round(dice.gauss(mean, math.sqrt(mean))))
