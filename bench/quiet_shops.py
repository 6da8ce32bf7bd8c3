"""Made-up shops as series of days, with fixed seeds: quiet ones, and ones whose CSAT falls on a day."""

import numpy as np
from numpy.typing import NDArray

from counterbell.insights.evidence import Counts, Logs, Scores, Series

Floats = NDArray[np.float64]

SCORES = np.arange(1.0, 6.0)
USUAL = np.array([0.05, 0.04, 0.08, 0.23, 0.60])
"""Shares of the scores of a usual shop: mean 4.29, standard deviation 1.1."""

TICKETS_BY_WEEKDAY = np.array([1.36, 1.16, 1.06, 1.0, 0.95, 0.68, 0.6])
LEARNING = 91
"""Days before the year that is measured."""


def ratings(seed: int, days: int, per_day: float, *, swing: float = 0.0, fall: float = 0.0, on: int = 0) -> Scores:
    """Ratings of a shop whose true mean swings from day to day (standard deviation) and falls on a day."""
    chance = np.random.default_rng(seed)
    means = USUAL @ SCORES + swing * chance.standard_normal(days) - np.where(np.arange(days) >= on, fall, 0.0)
    counts = [chance.multinomial(chance.poisson(per_day), with_mean(mean)) for mean in means]
    return Scores(SCORES, np.array(counts, float), np.arange(days) % 7, 0.1)


def with_mean(mean: float) -> Floats:
    """The usual shares tilted until they have that mean."""
    mean = min(max(mean, 1.05), 4.95)
    low, high = -10.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        shares = USUAL * np.exp(middle * (SCORES - 3))
        low, high = (middle, high) if shares @ SCORES / shares.sum() < mean else (low, middle)
    tilted: Floats = shares / shares.sum()
    return tilted


def shares(seed: int, days: int, per_day: float, *, swing: float = 0.0) -> Scores:
    """A rate of 45 % of so many tickets a day; `swing` in log odds."""
    chance = np.random.default_rng(seed)
    whole = chance.poisson(per_day, days)
    part = chance.binomial(whole, 1 / (1 + np.exp(0.2 + swing * chance.standard_normal(days))))
    return Scores(np.array([0.0, 1.0]), np.stack((whole - part, part), axis=1).astype(float), np.arange(days) % 7, 0.03)


def counts(seed: int, days: int, per_day: float, *, swing: float = 0.0) -> Counts:
    """Tickets by weekday; what is above or below the usual lasts for days (correlation 0.6 from one to the next)."""
    chance = np.random.default_rng(seed)
    expected = per_day * TICKETS_BY_WEEKDAY[np.arange(days) % 7] * np.exp(swing * _lasting(chance, days))
    return Counts(chance.poisson(expected).astype(float), np.arange(days) % 7)


def durations(seed: int, days: int, per_day: float, *, swing: float = 0.0) -> Logs:
    """Medians of log-normal waits (a spread of 1.2 on the log scale), longer on Mondays."""
    chance = np.random.default_rng(seed)
    rows = chance.poisson(per_day, days)
    middle = 8 + 0.4 * (np.arange(days) % 7 == 0) + swing * _lasting(chance, days)
    medians = [
        np.exp(np.median(m + 1.2 * chance.standard_normal(n))) if n else 1.0 for m, n in zip(middle, rows, strict=True)
    ]
    return Logs(np.array(medians), rows.astype(float), np.arange(days) % 7)


def _lasting(chance: np.random.Generator, days: int) -> Floats:
    """Noise of variance 1 of which each day keeps 0.6 of the day before."""
    steps = chance.standard_normal(days) * 0.8
    for day in range(1, days):
        steps[day] += 0.6 * steps[day - 1]
    return steps


def quiet(kind: str, seed: int, per_day: float, swing: float) -> Series:
    """A quiet year with what came before it."""
    days = LEARNING + 365
    match kind:
        case "ratings":
            return ratings(seed, days, per_day, swing=swing)
        case "shares":
            return shares(seed, days, per_day, swing=swing)
        case "counts":
            return counts(seed, days, per_day, swing=swing)
    return durations(seed, days, per_day, swing=swing)
