"""NCRONTAB: the timer trigger's six fields, seconds first.

Facts: docs "Timer trigger for Azure Functions" (NCRONTAB expressions), 2026; NCrontab 3.3 (the parser
the platform uses), whose day of month and day of week must both match, unlike those of cron.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from croniter import croniter

from local.functions_host.errors import AppRefused

SIX, FIVE = 6, 5
#: croniter knows more (`L`, `#`, `H`, `R`, `?`, `@daily`); NCrontab does not.
FIELD = re.compile("[0-9A-Za-z*,/-]+")
NAMES = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)[a-z]*", re.IGNORECASE
)


@dataclass(frozen=True)
class Schedule:
    #: six fields, checked by `parse_schedule`
    expression: str

    def next_after(self, moment: datetime) -> datetime:
        """The first occurrence later than the moment, in its time zone."""
        return self._occurrences(moment).get_next(datetime)

    def is_frequent(self, now: datetime) -> bool:
        """More than one occurrence within a minute: the platform keeps no status for such a timer."""
        first = self.next_after(now)
        return self.next_after(first) <= now + timedelta(minutes=1)

    def _occurrences(self, start: datetime) -> croniter:
        return croniter(self.expression, start, second_at_beginning=True, day_or=False)


def parse_schedule(text: str) -> Schedule:
    """Raises `AppRefused`; five fields (no seconds) are taken too, as on the platform.

    A TimeSpan is not: only the App Service plan takes one.
    """
    fields = text.split()
    if len(fields) not in (FIVE, SIX) or not all(_is_field(field) for field in fields):
        raise AppRefused(f"schedule {text!r} is not a valid NCRONTAB expression of six fields")
    expression = " ".join(fields if len(fields) == SIX else ["0", *fields])
    if not croniter.is_valid(expression, second_at_beginning=True):
        raise AppRefused(f"schedule {text!r} is not a valid NCRONTAB expression: a field is out of range")
    return Schedule(expression)


def _is_field(text: str) -> bool:
    return bool(FIELD.fullmatch(text)) and not re.search("[A-Za-z]", NAMES.sub("", text))
