"""When a timer fired last and fires next: what useMonitor keeps, and what it means after a restart.

The rules are those of ScheduleMonitor.cs and TimerListener.cs in Azure/azure-webjobs-sdk-extensions.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from local.functions_host.schedule import Schedule

NEVER = datetime(1, 1, 1, tzinfo=UTC)


class TimerStatus(NamedTuple):
    #: UTC; NEVER before the first run
    last: datetime
    #: UTC
    next: datetime
    #: UTC
    last_updated: datetime

    def as_json(self) -> dict[str, str]:
        """As the platform writes it, to its blob and to the function."""
        return {
            "Last": self.last.isoformat(),
            "Next": self.next.isoformat(),
            "LastUpdated": self.last_updated.isoformat(),
        }


def from_json(document: dict[str, str]) -> TimerStatus:
    last, upcoming, updated = (datetime.fromisoformat(document[key]) for key in ("Last", "Next", "LastUpdated"))
    return TimerStatus(last, upcoming, updated)


def at_start(stored: TimerStatus | None, schedule: Schedule, now: datetime) -> TimerStatus:
    """The status a starting listener goes by; its `next` lies in the past if an occurrence was missed.

    A stored `next` that the schedule would not give belongs to an older schedule: what that one missed
    is not made up for.
    """
    if stored is None:
        return TimerStatus(NEVER, schedule.next_after(now), now)
    since = stored.last_updated if stored.last == NEVER else stored.last
    expected = schedule.next_after(since)
    if stored.next == expected:
        return stored
    upcoming = schedule.next_after(now) if now > expected else expected
    return TimerStatus(NEVER, upcoming, since)


def after_run(status: TimerStatus, schedule: Schedule, began: datetime, *, scheduled: bool) -> TimerStatus:
    """The status after an invocation; one that began a little early counts as begun when it was due."""
    counted = max(began, status.next) if scheduled else began
    return TimerStatus(counted, schedule.next_after(counted), counted)
