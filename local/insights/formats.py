"""How numbers and times are written on the pages."""

import datetime as dt

from local.insights.records import number

NOTHING = "\N{EN DASH}"


def clock(at: str | dt.datetime) -> str:
    """A date and time of day, without its zone; text that is no time stays as it is."""
    try:
        when = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return str(at)
    return when.strftime("%d %b %Y %H:%M:%S")


def duration(seconds: float | str | None) -> str:
    """A duration in the units a reader would choose."""
    value = number(seconds) if isinstance(seconds, str) else seconds
    if value is None:
        return NOTHING
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def figure(value: float | str | None) -> str:
    """A number to four digits, or a dash where none was reported."""
    read = number(value) if isinstance(value, str) else value
    if read is None:
        return NOTHING
    return f"{read:,.0f}" if abs(read) >= 10_000 else f"{read:.4g}"  # noqa: PLR2004 - five digits need commas
