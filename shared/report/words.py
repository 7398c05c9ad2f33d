"""Figures in words: times, durations, money."""

import math
from datetime import UTC, datetime, timedelta

from shared.core.cost import Estimate
from shared.core.prepare.report import Tokens

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def clock(at: datetime) -> str:
    """The same without the year, where a column of times has to stay narrow."""
    return f"{at.astimezone(UTC):%d %b %H:%M}"


def duration(length: timedelta) -> str:
    """The two largest units: `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`."""
    seconds = round(length.total_seconds())
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def since(at: datetime, now: datetime) -> str:
    """How far from now, in the largest unit that fits."""
    distance = abs(now - at)
    if distance < MINUTE:
        return "just now"
    unit, name = (DAY, "d") if distance >= 2 * DAY else (HOUR, "h") if distance >= HOUR else (MINUTE, "min")
    length = f"{distance // unit} {name}"
    return f"{length} ago" if at < now else f"in {length}"


def figure(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}" if math.isfinite(number) else "not a number"


def count(number: int) -> str:
    return f"{number:,}"


def cost(estimate: Estimate) -> str:
    if estimate.usd is not None:
        return f"${estimate.usd:,.2f}"
    by_hour = "no price known" if estimate.usd_per_hour is None else f"${estimate.usd_per_hour:,.2f} an hour"
    return by_hour if estimate.usd_at_most is None else f"{by_hour}, paused at ${estimate.usd_at_most:,.2f}"


def basis(estimate: Estimate) -> str:
    """What a cost estimate rests on."""
    epochs = f"{estimate.epochs} epochs" + (" (assumed)" if estimate.epochs_assumed else "")
    if estimate.usd_at_most is not None:
        return "paid by the hour, and for the tokens of a model that grades; the hours are not known beforehand"
    price = estimate.usd_per_million_tokens
    rate = "" if price is None else f" \N{MULTIPLICATION SIGN} ${price:,.2f} a million"
    return f"about {estimate.tokens:,} tokens \N{MULTIPLICATION SIGN} {epochs}{rate}"


def seconds(length: float) -> str:
    return duration(timedelta(seconds=length))


def tokens(spent: Tokens) -> str:
    """How much there is to train on, and how sure that is."""
    if spent.low == spent.high:
        return f"{spent.count:,}"
    return f"about {spent.count:,} (between {spent.low:,} and {spent.high:,})"
