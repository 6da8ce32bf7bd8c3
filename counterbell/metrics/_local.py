"""The shop's clock in SQL: weekday and hour of an anchor, by the zone's rules as `local_time` knows them."""

from counterbell.accounts.local_time import stretches

from ._metric import Part
from .periods import Period

HOUR_US = 3_600_000_000


def weekday(part: Part) -> str:
    """The weekday (Monday is 0) of the local day of the anchor."""
    return f"(isodow({part.day}) - 1)"


def local_hour(part: Part, period: Period) -> str:
    """The hour (0 to 23) that the shop's clock shows at the anchor, which must lie in the period."""
    return f"((epoch_us({part.moment}) + {_offset(part, period)}) // {HOUR_US} % 24)"


def _offset(part: Part, period: Period) -> str:
    """How far the clock is ahead of UTC then, in microseconds; it changes a few times a year."""
    *changing, last = stretches(period.zone, period.start_us, period.end_us)
    if not changing:
        return str(last.offset_us)
    steps = (f"when {part.moment} < make_timestamp({each.end_us}) then {each.offset_us}" for each in changing)
    return f"case {' '.join(steps)} else {last.offset_us} end"
