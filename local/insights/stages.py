"""How long a run was in each stage, told by its deliveries.

A delivery tells the stage it found and the stage it left behind. A stage that it found and no earlier one
left was entered some other way, by a person's decision say: it counts from that delivery on.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from local.insights.records import Record, number


class Stay(NamedTuple):
    """One stay in a stage, placed on the run's time."""

    stage: str
    since: str  #: UTC, ISO 8601
    seconds: float | None  #: None for the stage the run is in
    deliveries: int  #: how many looked at the run meanwhile, the one that ended it included
    left: float  #: percent of the run's time
    width: float  #: percent of the run's time


class _Change(NamedTuple):
    stage: str
    at: dt.datetime
    deliveries: int


def stays(deliveries: Iterable[Record]) -> list[Stay]:
    """The stages of a run from the first delivery to the last, in order."""
    changes = _changes(deliveries)
    if not changes:
        return []
    start, end = changes[0].at, changes[-1].at
    whole = (end - start).total_seconds() or 1.0
    placed: list[Stay] = []
    for change, following in zip(changes, [*changes[1:], None], strict=True):
        lasted = None if following is None else (following.at - change.at).total_seconds()
        left = 100 * (change.at - start).total_seconds() / whole
        since = change.at.isoformat()
        placed.append(Stay(change.stage, since, lasted, change.deliveries, left, 100 * (lasted or 0) / whole))
    return placed


def _changes(deliveries: Iterable[Record]) -> list[_Change]:
    """When the run entered each of its stages, and how many deliveries it saw there."""
    changes: list[_Change] = []
    for delivery in deliveries:
        found, left = (delivery.properties.get(key, "") for key in ("stage_before", "stage_after"))
        ended = dt.datetime.fromisoformat(delivery.at)
        began = ended - dt.timedelta(seconds=number(delivery.properties.get("seconds", "")) or 0)
        _enter(changes, found or ("" if changes else left), began)
        if changes:
            changes[-1] = changes[-1]._replace(deliveries=changes[-1].deliveries + 1)
        if left != found:
            _enter(changes, left, ended)
    return changes


def _enter(changes: list[_Change], stage: str, at: dt.datetime) -> None:
    """Note a stage, unless the run is in it already or another delivery moved it on meanwhile."""
    if stage and (not changes or (stage != changes[-1].stage and at >= changes[-1].at)):
        changes.append(_Change(stage, at, 0))
