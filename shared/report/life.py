"""The life of a run: the five places that it passes, and what happened when."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from shared.core import stages
from shared.core.notices import Notice
from shared.core.run import Passage, Run
from shared.core.stages import Stage, Working
from shared.report import words
from shared.report.reached import end, working
from shared.report.situation import situation

type PlaceState = Literal["done", "current", "waiting", "ended", "ahead"]


@dataclass(frozen=True)
class Place:
    """One of the places that every run passes, if it passes."""

    name: str
    state: PlaceState
    caption: str


PLACES = {
    "Received": "received",
    "Prepared": "prepared",
    "Training": "trained",
    "Gate": "accepted",
    "Serving": "serving",
}
"""Each place, and the stage that shows that a run has passed it."""

WORK_AT: dict[type[Working], str] = {
    stages.Received: "Prepared",
    stages.Scanning: "Prepared",
    stages.Prepared: "Training",
    stages.Held: "Training",
    stages.Uploading: "Training",
    stages.Uploaded: "Training",
    stages.Ready: "Training",
    stages.Submitting: "Training",
    stages.Training: "Training",
    stages.Paused: "Training",
    stages.Trained: "Gate",
    stages.Accepted: "Serving",
    stages.Deploying: "Serving",
    stages.Serving: "Serving",
}
"""The place that a run at a stage is on its way to, or has come to."""


def places(run: Run) -> list[Place]:
    names = list(PLACES)
    here = names.index(WORK_AT[type(working(run.stage))])
    return [
        *(Place(name, "done", _passed(run, PLACES[name])) for name in names[:here]),
        Place(names[here], _state_here(run.stage), _here(run)),
        *(Place(name, "ahead", "") for name in names[here + 1 :]),
    ]


def _state_here(stage: Stage) -> PlaceState:
    match end(stage) or stage:
        case stages.Held() | stages.Paused() | stages.Parked():
            return "waiting"
        case stages.Expired() | stages.Serving():
            return "done"
        case stages.Rejected() | stages.Failed() | stages.Cancelled():
            return "ended"
        case _:
            return "current"


def _here(run: Run) -> str:
    return _passed(run, "serving") if isinstance(run.stage, stages.Serving) else situation(run.stage).stage


def _passed(run: Run, state: str) -> str:
    at = next((passage.at for passage in run.history if passage.state == state), None)
    return words.clock(at) if at else ""


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: a stage that the run came to, how long it stayed, and what people were told then."""

    at: datetime
    stage: str | None  #: `None` for a notice that came without a new stage
    stayed: str
    notices: tuple[Notice, ...]


def timeline(run: Run) -> list[Entry]:
    """Newest first."""
    notices = {notice.revision: notice for notice in run.notices}
    passed = {passage.revision for passage in run.history}
    ends = [*(later.at for _, later in pairwise(run.history)), None]
    entries = [_entry(passage, until, notices) for passage, until in zip(run.history, ends, strict=True)]
    alone = [Entry(notice.at, None, "", (notice,)) for notice in run.notices if notice.revision not in passed]
    return sorted([*entries, *alone], key=lambda entry: entry.at, reverse=True)


def _entry(passage: Passage, until: datetime | None, notices: dict[int, Notice]) -> Entry:
    told = notices.get(passage.revision)
    stayed = words.duration(until - passage.at) if until else ""
    return Entry(passage.at, passage.state, stayed, (told,) if told else ())
