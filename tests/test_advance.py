"""One delivery of one command: done once, refused, stale, in conflict."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared import pipeline
from shared.core import stages
from shared.core.errors import DatasetInvalid, DropChanged, PermanentError, RecipeInvalid, RunConflict, TransientError
from shared.core.polling import LISTING_DELAY, LONGEST_RETRY
from shared.core.records import Labels
from shared.core.run import Command, Run
from shared.core.stages import Stage, Step
from shared.pipeline import StepFunction
from tests.standing import all_told, at, command_for, delivered, moves, now, ordered

SECOND = timedelta(seconds=1)
RECEIVED = stages.Received()


def stepping(*way: Stage | Exception) -> StepFunction:
    """A step that yields the stages of a way, and raises what else is on it."""

    def step(run: Run, stage: object, services: object) -> Iterator[Stage]:
        del run, stage, services
        for each in way:
            if isinstance(each, Exception):
                raise each
            yield each

    return step


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (RecipeInvalid(["a: b", "c: d"]), stages.Rejected(by="recipe", reasons=("a: b", "c: d"), before=RECEIVED)),
        (DatasetInvalid("a\nb"), stages.Rejected(by="dataset", reasons=("a", "b"), before=RECEIVED)),
        (DropChanged("it is gone"), stages.Cancelled(reason="it is gone", before=RECEIVED)),
        (PermanentError("410"), stages.Failed(step=Step.PREPARE, reason="410", before=RECEIVED)),
    ],
)
def test_an_error_that_no_retry_mends_ends_the_run(error: PermanentError, end: Stage) -> None:
    world, run = at("received")
    pipeline.advance(command_for(run), stepping(error), world.services)
    assert now(world, run).stage == end
    assert moves(world) == [Command(step=Step.CLOSE, run_id=run.id, revision=run.revision + 1)]
    assert delivered(world) == ("advanced", None)


def test_an_end_comes_from_the_stage_that_was_reached_and_saved() -> None:
    world, run = at("prepared")
    uploading = stages.Uploading(plan=run.stage.plan)
    pipeline.advance(command_for(run), stepping(uploading, PermanentError("413")), world.services)
    assert now(world, run).stage == stages.Failed(step=Step.SUBMIT, reason="413", before=uploading)
    assert now(world, run).revision == run.revision + 2


def test_a_bug_is_not_caught_and_changes_nothing() -> None:
    world, run = at("prepared")
    with pytest.raises(ZeroDivisionError):
        pipeline.advance(command_for(run), stepping(ZeroDivisionError()), world.services)
    assert now(world, run) == run
    assert world.bus.queue == []


def test_a_refusal_orders_the_same_command_again_later() -> None:
    world, run = at("uploaded")
    pipeline.advance(command_for(run, attempt=3), stepping(TransientError("503 busy")), world.services)
    assert ordered(world) == [(40 * SECOND, command_for(run, attempt=4))]
    assert now(world, run) == run
    assert delivered(world) == ("retry", "503 busy")


def test_a_refusal_waits_as_long_as_the_service_asks() -> None:
    world, run = at("uploaded")
    error = TransientError("429", retry_after=timedelta(minutes=7))
    pipeline.advance(command_for(run), stepping(error), world.services)
    assert ordered(world) == [(timedelta(minutes=7), command_for(run, attempt=2))]


def test_a_refusal_after_the_intent_was_saved_orders_what_comes_next_after_a_pause() -> None:
    world, run = at("ready")
    intent = stages.Submitting(plan=run.stage.plan, files=run.stage.files)
    error = TransientError("429", retry_after=timedelta(minutes=7))
    pipeline.advance(command_for(run), stepping(intent, error), world.services)
    moved = now(world, run)
    assert moved.stage == intent
    assert ordered(world) == [(timedelta(minutes=7), command_for(moved))]


def test_an_upload_that_is_refused_is_tried_again_after_a_pause() -> None:
    world, run = at("prepared")
    uploading = stages.Uploading(plan=run.stage.plan)
    pipeline.advance(command_for(run), stepping(uploading, TransientError("503")), world.services)
    assert (10 * SECOND, command_for(now(world, run))) in ordered(world)


def test_a_pause_is_not_shorter_than_what_comes_next_would_wait() -> None:
    world, run = at("ready")
    intent = stages.Submitting(plan=run.stage.plan, files=run.stage.files)
    pipeline.advance(command_for(run), stepping(intent, TransientError("503")), world.services)
    assert ordered(world) == [(LISTING_DELAY, command_for(now(world, run)))]


WORN = 500  #: attempts, beyond any patience


def test_a_run_is_parked_once_patience_is_used_up_and_its_owner_is_told() -> None:
    world, run = at("uploaded")
    pipeline.advance(command_for(run, attempt=WORN), stepping(TransientError("403 no role")), world.services)
    parked = now(world, run)
    assert parked.stage == stages.Parked(step=Step.WATCH, reason="403 no role", before=run.stage)
    assert ordered(world) == [(timedelta(), Command(step=Step.NOTIFY, run_id=run.id, revision=parked.revision))]
    assert delivered(world) == ("advanced", "403 no role")


def test_an_end_is_never_parked() -> None:
    world, run = at("failed")
    pipeline.advance(command_for(run, attempt=WORN), stepping(TransientError("503")), world.services)
    assert now(world, run) == run
    assert ordered(world) == [(LONGEST_RETRY, command_for(run, attempt=WORN + 1))]


def test_an_end_that_cannot_be_closed_stays_and_says_why() -> None:
    world, run = at("failed")
    with pytest.raises(PermanentError, match="409"):
        pipeline.advance(command_for(run), stepping(PermanentError("409")), world.services)
    assert now(world, run) == run
    assert run.id in world.runs.markers


def test_a_command_for_a_step_that_its_stage_does_not_ask_for_is_a_bug() -> None:
    world, run = at("training")
    astray = Command(step=Step.DEPLOY, run_id=run.id, revision=run.revision)
    with pytest.raises(ValueError, match="is 'training', which 'deploy' does not move on"):
        pipeline.advance(astray, stepping(TransientError("503")), world.services)
    assert now(world, run) == run


def test_a_stale_command_does_nothing_and_orders_what_is_due_now() -> None:
    world, run = at("training")
    submit = Command(step=Step.SUBMIT, run_id=run.id, revision=run.revision - 1)
    pipeline.advance(submit, stepping(ZeroDivisionError()), world.services)
    assert now(world, run) == run
    assert moves(world) == [command_for(run)]
    assert delivered(world) == ("stale", None)


def test_a_stale_command_has_told_again_what_was_written_since_it_was_ordered() -> None:
    world, run = at("closed")
    revisions = [notice.revision for notice in run.notices]
    pipeline.advance(Command(step=Step.WATCH, run_id=run.id, revision=revisions[-2]), stepping(), world.services)
    assert [command.revision for _, command in ordered(world)] == revisions[-2:]


def test_a_command_from_the_future_is_stale_too() -> None:
    world, run = at("training")
    pipeline.advance(
        command_for(run).model_copy(update={"revision": 99}), stepping(ZeroDivisionError()), world.services
    )
    assert moves(world) == [command_for(run)]


def test_a_run_that_was_saved_meanwhile_is_a_conflict_and_nothing_is_ordered() -> None:
    world, run = at("training")

    def interrupted(run: Run, stage: stages.Training, services: object) -> Iterator[Stage]:
        del services
        body, version = world.runs.documents[run.id]
        world.runs.documents[run.id] = (body, version + 1)
        yield stage.once_more()

    with pytest.raises(RunConflict, match="changed before revision"):
        pipeline.advance(command_for(run), interrupted, world.services)
    assert world.bus.queue == []
    assert world.telemetry.of("delivery") == []


def test_a_delivery_is_recorded_with_what_it_came_to() -> None:
    world, run = at("training")

    def slow(run: Run, stage: stages.Training, services: object) -> Iterator[Stage]:
        del run, services
        world.clock.time += 3 * SECOND
        yield stage.once_more()

    pipeline.advance(command_for(run, attempt=2), slow, world.services)
    [record] = world.telemetry.of("delivery")
    assert record.model_dump() == {
        "record": "delivery",
        "run_id": run.id,
        "revision": run.revision,
        "step": "watch",
        "attempt": 2,
        "stage_before": "training",
        "stage_after": "training",
        "seconds": 3.0,
        "outcome": "waiting",
        "reason": None,
    }


def test_a_run_that_is_not_there_is_an_error() -> None:
    world, run = at("training")
    world.runs.documents.clear()
    with pytest.raises(KeyError):
        pipeline.advance(command_for(run), stepping(), world.services)


@pytest.mark.parametrize("left", [0, 1])
def test_a_run_that_is_closed_is_retired_unless_something_is_still_to_be_told(left: int) -> None:
    world, run = at("expired")
    all_told(world, run)
    for notice in run.notices[:left]:
        world.runs.told.remove((run.id, notice.revision))
    pipeline.advance(command_for(run), stepping(stages.Closed(outcome=run.stage)), world.services)
    assert delivered(world) == ("ended", None)
    assert len(world.runs.markers) == left


def test_each_stage_that_a_delivery_reached_is_told_and_a_repeat_tells_the_same() -> None:
    world, run = at("prepared")
    uploading = stages.Uploading(plan=run.stage.plan)
    pipeline.advance(command_for(run), stepping(uploading, PermanentError("413")), world.services)
    told = world.telemetry.of("stage")
    assert [(one.stage_left, one.stage_entered) for one in told] == [("prepared", "uploading"), ("uploading", "failed")]
    pipeline.advance(command_for(run), stepping(), world.services)
    assert world.telemetry.of("stage") == [*told, *told]


def test_all_work_on_a_run_is_labelled_with_what_it_found() -> None:
    world, run = at("uploaded")
    pipeline.advance(command_for(run, attempt=3), stepping(TransientError("503 busy")), world.services)
    assert world.telemetry.spans == [
        Labels(run_id=run.id, family=run.family, stage="uploaded", step="watch", attempt=3)
    ]
