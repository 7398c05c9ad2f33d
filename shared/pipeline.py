"""What drives a run: begin it, advance it, tell of it, decide about it, and make good what got lost."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from shared.core import stages
from shared.core.access import Person
from shared.core.decisions import Decision, decided
from shared.core.drop import Drop, Upload
from shared.core.errors import (
    DatasetInvalid,
    DropChanged,
    PermanentError,
    RecipeInvalid,
    RunUnreadable,
    TransientError,
)
from shared.core.news import labels_of, passages, record_of_late, record_of_waiting
from shared.core.polling import LONGEST_RETRY, retry_delay
from shared.core.records import Delivery, NoticeRecord, SweepRecord
from shared.core.run import Command, Order, Run, overdue
from shared.core.stages import Stage, Step
from shared.ports import Services

type StepFunction = Callable[[Run, Any, Services], Iterator[Stage]]
"""A step yields the stages it reaches. Each is saved before the step goes on: a step that is about to do something
that cannot be repeated yields its intent first, and whoever cannot save the intent never gets to do it."""

log = logging.getLogger("tunedrop.pipeline")
SWEEP_GRACE = timedelta(minutes=20)  #: how late an order may be before it is taken for lost


def begin(drop: Drop, services: Services, upload: Upload | None = None) -> Run:
    """Start the run of a drop. The same drop again changes nothing."""
    run = services.runs.create(Run.begin(drop, services.now(), upload))
    if run.revision == 1:
        with services.telemetry.span(labels_of(run, "intake")):
            _order_next(run, services, since=run.revision)
            _record_passages(run, services, since=0)
    _retire_if_over(run, services)  # its marker was made again before the old run was found
    return run


def advance(command: Command, step: StepFunction, services: Services) -> None:
    """Do one step of a run once, however often it is delivered.

    A command names the revision it was ordered at. If the run is past it, an earlier delivery did the work, and may
    have died before ordering what follows: so the next order is given again. It has the same message id, and the
    broker drops it if it was given before. Raises `RunConflict` if another delivery saved first.
    """
    began = services.now()
    run, etag = services.runs.load(command.run_id)
    with services.telemetry.span(labels_of(run, command.step, command.attempt)):
        done = _delivered(command, step, run, etag, services)
        _record_passages(done.run, services, since=command.revision)
        seconds = (services.now() - began).total_seconds()
        services.telemetry.record(_delivery(command, run, done, seconds))
    _retire_if_over(done.run, services)


def _record_passages(run: Run, services: Services, since: int) -> None:
    for passage in passages(run, since):
        services.telemetry.record(passage)


type Outcome = Literal["advanced", "waiting", "stale", "retry", "ended", "told", "untold"]


class _Done(NamedTuple):
    run: Run
    outcome: Outcome
    reason: str | None = None


def _delivery(command: Command, before: Run, done: _Done, seconds: float) -> Delivery:
    return Delivery(
        run_id=before.id,
        revision=command.revision,
        step=command.step,
        attempt=command.attempt,
        stage_before=before.stage.state,
        stage_after=done.run.stage.state,
        seconds=seconds,
        outcome=done.outcome,
        reason=done.reason,
    )


def _delivered(command: Command, step: StepFunction, run: Run, etag: str, services: Services) -> _Done:
    if run.revision == command.revision and run.stage.next_step != command.step:
        raise ValueError(f"run {run.id!r} is {run.stage.state!r}, which {command.step.value!r} does not move on")
    if run.revision != command.revision:
        _order_next(run, services, since=command.revision)
        return _Done(run, "stale")
    moved, pause = run, timedelta()
    try:
        for stage in step(run, run.stage, services):
            moved = moved.moved_to(stage, services.now())
            etag = services.runs.save(moved, etag)
    except TransientError as error:
        if moved is run:
            return _refused(command, run, etag, error, services)
        pause = retry_delay(1, error.retry_after) or pause
    except PermanentError as error:
        if isinstance(moved.stage, _ENDS):
            raise  # an end has no other end: its message is dead-lettered, and the sweep orders the close again
        moved = moved.moved_to(_ending(error, command.step, moved.stage), services.now())
        services.runs.save(moved, etag)
    _order_next(moved, services, since=command.revision, pause=pause)
    return _Done(moved, _word(run.stage, moved.stage))


def _word(before: Stage, after: Stage) -> Literal["advanced", "waiting", "ended"]:
    if isinstance(after, stages.Closed):
        return "ended"
    return "waiting" if after.state == before.state else "advanced"


def _refused(command: Command, run: Run, etag: str, error: TransientError, services: Services) -> _Done:
    """Order the same again later; park the run once patience is used up. An end is never parked: it must close."""
    delay = retry_delay(command.attempt, error.retry_after)
    if delay is None and not isinstance(run.stage, _ENDS):
        parked = stages.Parked(step=command.step, reason=str(error), before=_working(run.stage))
        moved = run.moved_to(parked, services.now())
        services.runs.save(moved, etag)
        _order_next(moved, services, since=moved.revision)
        return _Done(moved, "advanced", str(error))
    services.runs.touch(run.id)
    services.bus.send(Order(command=command.again(), after=delay or LONGEST_RETRY))
    return _Done(run, "retry", str(error))


_ENDS = (stages.Rejected, stages.Failed, stages.Cancelled, stages.Expired, stages.Closed)


def _working(stage: Stage) -> stages.Working:
    if isinstance(stage, (*_ENDS, stages.Parked)):
        raise TypeError(f"a run that is {stage.state!r} works no more")
    return stage


def _ending(error: PermanentError, step: Step, stage: Stage) -> Stage:
    """The end that an error leads to: whose fault it was decides which."""
    before = _working(stage)
    match error:
        case RecipeInvalid():
            return stages.Rejected(by="recipe", reasons=error.faults, before=before)
        case DatasetInvalid():
            return stages.Rejected(by="dataset", reasons=tuple(str(error).splitlines()), before=before)
        case DropChanged():
            return stages.Cancelled(reason=str(error), before=before)
        case _:
            return stages.Failed(step=step, reason=str(error), before=before)


def _order_next(run: Run, services: Services, since: int, pause: timedelta = timedelta()) -> None:
    """Order what moves the run on, after a pause at least, and the telling of what was written since a revision."""
    if order := run.next_order(services.now()):
        services.bus.send(order.model_copy(update={"after": max(order.after, pause)}))
    for order in run.notify_orders(since):
        services.bus.send(order)


def tell(command: Command, services: Services) -> None:
    """Tell the channel one notice of a run, at least once."""
    began = services.now()
    run, _ = services.runs.load(command.run_id)
    with services.telemetry.span(labels_of(run, command.step, command.attempt)):
        done = _told(command, run, services)
        seconds = (services.now() - began).total_seconds()
        services.telemetry.record(_delivery(command, run, done, seconds))
    _retire_if_over(run, services)


def _told(command: Command, run: Run, services: Services) -> _Done:
    notice = next(notice for notice in run.notices if notice.revision == command.revision)
    if services.runs.was_told(run.id, notice.revision):
        return _Done(run, "stale")
    try:
        services.channel.tell(run, notice)
    except TransientError as error:
        delay = retry_delay(command.attempt, error.retry_after)
        services.bus.send(Order(command=command.again(), after=delay or LONGEST_RETRY))
        return _Done(run, "retry", str(error))
    except PermanentError as error:
        return _Done(run, "untold", str(error))  # the run stays alive, and the sweep orders the telling again
    services.runs.mark_told(run.id, notice.revision)
    services.telemetry.record(NoticeRecord(run_id=run.id, notice=notice.message.kind, title=notice.message.title))
    return _Done(run, "told")


def _retire_if_over(run: Run, services: Services) -> None:
    """A run lives until it is closed and everything was told: until then the sweep looks after it."""
    if isinstance(run.stage, stages.Closed) and not _untold(run, services):
        services.runs.retire(run.id)


def _untold(run: Run, services: Services) -> list[int]:
    return [notice.revision for notice in run.notices if not services.runs.was_told(run.id, notice.revision)]


def decide(run_id: str, decision: Decision, by: Person, services: Services) -> Run:
    """Carry out a person's decision, and sign it with their name.

    Raises `DecisionRefused`, or `RunConflict` if the run moved meanwhile.
    """
    run, etag = services.runs.load(run_id)
    with services.telemetry.span(labels_of(run, "decide")):
        moved = run.moved_to(decided(run.stage, decision, by.name), services.now()).signed(decision, by)
        services.runs.save(moved, etag)
        _order_next(moved, services, since=moved.revision)
        _record_passages(moved, services, since=run.revision)
    return moved


def sweep(services: Services) -> None:
    """Give again the orders of live runs that got lost, and retire the runs that are over."""
    now = services.now()
    active, late, oldest = Counter[str](), 0, now
    for run_id, seen_at in services.runs.live():
        try:
            run, _ = services.runs.load(run_id)
        except KeyError:
            continue  # the marker is made first: its run is on the way, or its event will come again
        except RunUnreadable as error:
            log.error("%s", error)  # noqa: TRY400  # the message says it all
            continue
        active[run.stage.state] += 1
        oldest = min(oldest, run.created_at)
        late += _looked_after(run, seen_at, now, services)
    found = SweepRecord(
        runs_active=active.total(),
        runs_late=late,
        oldest_age_seconds=(now - oldest).total_seconds(),
        catalogue_age_days=_catalogue_age(services),
        active=dict(active),
    )
    services.telemetry.record(found)


def _looked_after(run: Run, seen_at: datetime, now: datetime, services: Services) -> bool:
    """Whether the run's order had to be given again."""
    is_late = overdue(run, seen_at, now, SWEEP_GRACE)
    with services.telemetry.span(labels_of(run, "sweep")):
        if is_late and (order := run.next_order(now)):
            services.bus.send(order)
            services.telemetry.record(record_of_late(run, now))
        if waiting := record_of_waiting(run, now):
            services.telemetry.record(waiting)
        if now - run.updated_at > SWEEP_GRACE:
            for revision in _untold(run, services):
                services.bus.send(Order(command=Command(step=Step.NOTIFY, run_id=run.id, revision=revision)))
        _retire_if_over(run, services)
    return is_late


def _catalogue_age(services: Services) -> int | None:
    """In days; `None` while the operator's own values cannot be followed."""
    try:
        return (services.now().date() - services.catalogue().as_of).days
    except RecipeInvalid:
        return None
