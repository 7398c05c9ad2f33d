"""What the driver does around a step: refusals, stale commands, decisions, telling, sweeping."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared import pipeline
from shared.core import stages
from shared.core.decisions import DecisionRefused
from shared.core.errors import DatasetInvalid, DropChanged, PermanentError, RecipeInvalid, RunConflict, TransientError
from shared.core.polling import LISTING_DELAY, LONGEST_RETRY
from shared.core.run import Command, Run
from shared.core.stages import Stage, Step
from shared.pipeline import SWEEP_GRACE, StepFunction
from tests.core.every_stage import DOCUMENTS
from tests.fakes import World
from tests.standing import standing

SECOND = timedelta(seconds=1)
RECEIVED = stages.Received()


def at(state: str) -> tuple[World, Run]:
    return standing(DOCUMENTS[state])


def command_for(run: Run, step: Step = Step.WATCH, attempt: int = 1) -> Command:
    return Command(step=run.stage.next_step or step, run_id=run.id, revision=run.revision, attempt=attempt)


def ordered(world: World) -> list[tuple[timedelta, Command]]:
    """What was sent, and how long from now it arrives."""
    return [(due - world.clock.time, command) for due, _, command in sorted(world.bus.queue)]


def moves(world: World) -> list[Command]:
    return [command for _, command in ordered(world) if command.step is not Step.NOTIFY]


def stepping(*way: Stage | Exception) -> StepFunction:
    """A step that yields the stages of a way, and raises what else is on it."""

    def step(run: Run, stage: object, services: object) -> Iterator[Stage]:
        del run, stage, services
        for each in way:
            if isinstance(each, Exception):
                raise each
            yield each

    return step


def now(world: World, run: Run) -> Run:
    return world.runs.load(run.id)[0]


def outcome(world: World) -> tuple[str, str | None]:
    record = world.telemetry.of("delivery")[-1]
    return record.outcome, record.reason


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
    assert outcome(world) == ("advanced", None)


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
    assert outcome(world) == ("retry", "503 busy")


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
    assert outcome(world) == ("advanced", "403 no role")


def test_an_end_is_never_parked() -> None:
    world, run = at("failed")
    pipeline.advance(command_for(run, attempt=WORN), stepping(TransientError("503")), world.services)
    assert now(world, run) == run
    assert ordered(world) == [(LONGEST_RETRY, command_for(run, attempt=WORN + 1))]


def test_an_end_that_cannot_be_closed_stays_and_is_a_bug() -> None:
    world, run = at("failed")
    with pytest.raises(TypeError, match="a run that is 'failed' works no more") as bug:
        pipeline.advance(command_for(run), stepping(PermanentError("409")), world.services)
    assert isinstance(bug.value.__context__, PermanentError)
    assert now(world, run) == run
    assert run.id in world.runs.markers


def test_a_stale_command_does_nothing_and_orders_what_is_due_now() -> None:
    world, run = at("training")
    submit = Command(step=Step.SUBMIT, run_id=run.id, revision=run.revision - 1)
    pipeline.advance(submit, stepping(ZeroDivisionError()), world.services)
    assert now(world, run) == run
    assert moves(world) == [command_for(run)]
    assert outcome(world) == ("stale", None)


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
    told(world, run)
    for notice in run.notices[:left]:
        world.runs.told.remove((run.id, notice.revision))
    pipeline.advance(command_for(run), stepping(stages.Closed(outcome=run.stage)), world.services)
    assert outcome(world) == ("ended", None)
    assert len(world.runs.markers) == left


def test_a_decision_is_saved_and_what_follows_is_ordered() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "approve", "ada", world.services)
    assert moved == now(world, run)
    assert moved.revision == run.revision + 1
    assert ordered(world) == [(timedelta(), Command(step=Step.SUBMIT, run_id=run.id, revision=moved.revision))]


def test_a_decision_that_ends_a_run_is_told() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "refuse", "ada", world.services)
    assert {command.step for _, command in ordered(world)} == {Step.CLOSE, Step.NOTIFY}
    assert {command.revision for _, command in ordered(world)} == {moved.revision}


def test_a_decision_that_is_refused_changes_nothing() -> None:
    world, run = at("closed")
    with pytest.raises(DecisionRefused, match="a run that is 'closed' allows nothing; found 'cancel'"):
        pipeline.decide(run.id, "cancel", "ada", world.services)
    assert now(world, run) == run
    assert world.bus.queue == []


def notice_command(run: Run) -> Command:
    return Command(step=Step.NOTIFY, run_id=run.id, revision=run.notices[-1].revision)


def test_a_notice_is_told_recorded_and_told_no_more() -> None:
    world, run = at("serving")
    for said in ("told", "stale", "stale"):
        pipeline.tell(notice_command(run), world.services)
        assert outcome(world) == (said, None)
    assert world.channel.kinds() == ["served"]
    [record] = world.telemetry.of("notice")
    assert (record.run_id, record.notice, record.title) == (run.id, "served", run.notices[-1].message.title)


def test_a_channel_that_refuses_is_asked_again_later() -> None:
    world, run = at("serving")
    world.channel.refusals = [TransientError("429", retry_after=timedelta(minutes=2)), TransientError("503")]
    pipeline.tell(notice_command(run), world.services)
    again = notice_command(run).again()
    assert ordered(world) == [(timedelta(minutes=2), again)]
    assert outcome(world) == ("retry", "429")
    worn = notice_command(run).model_copy(update={"attempt": WORN})
    pipeline.tell(worn, world.services)
    assert ordered(world)[1] == (LONGEST_RETRY, worn.again())
    assert world.telemetry.of("notice") == []
    assert world.runs.told == set()


def test_a_channel_that_refuses_for_good_is_left_to_the_sweep() -> None:
    world, run = at("closed")
    told(world, run)
    world.runs.told.remove((run.id, run.notices[-1].revision))
    world.channel.refusals = [PermanentError("410: the webhook is gone")]
    pipeline.tell(notice_command(run), world.services)
    assert outcome(world) == ("untold", "410: the webhook is gone")
    assert world.bus.queue == []
    assert world.runs.markers == {run.id}


def test_a_closed_run_lives_until_its_last_notice_is_told() -> None:
    world, run = at("closed")
    *earlier, last = [notice.revision for notice in run.notices]
    for revision in earlier:
        pipeline.tell(Command(step=Step.NOTIFY, run_id=run.id, revision=revision), world.services)
    assert world.runs.markers == {run.id}
    pipeline.tell(Command(step=Step.NOTIFY, run_id=run.id, revision=last), world.services)
    assert world.runs.markers == set()


def test_a_run_that_is_not_over_is_not_retired_though_all_is_told() -> None:
    world, run = at("serving")
    for notice in run.notices:
        pipeline.tell(Command(step=Step.NOTIFY, run_id=run.id, revision=notice.revision), world.services)
    assert world.runs.markers == {run.id}


def swept(state: str, wait: timedelta, prepare: Callable[[World, Run], None] = lambda _world, _run: None) -> World:
    world, run = at(state)
    prepare(world, run)
    world.clock.time += wait
    pipeline.sweep(world.services)
    return world


def told(world: World, run: Run) -> None:
    world.runs.told = {(run.id, notice.revision) for notice in run.notices}


def test_the_sweep_gives_a_lost_order_again_and_only_then() -> None:
    assert swept("prepared", SWEEP_GRACE, told).bus.queue == []
    world = swept("prepared", SWEEP_GRACE + SECOND, told)
    [run] = [world.runs.load(run_id)[0] for run_id in world.runs.documents]
    assert ordered(world) == [(timedelta(), command_for(run))]


def test_the_sweep_has_untold_notices_told_and_only_then() -> None:
    assert swept("held", SWEEP_GRACE).bus.queue == []
    world = swept("held", SWEEP_GRACE + SECOND)
    [run] = [world.runs.load(run_id)[0] for run_id in world.runs.documents]
    assert [command for _, command in ordered(world)] == [
        Command(step=Step.NOTIFY, run_id=run.id, revision=notice.revision) for notice in run.notices
    ]
    assert swept("held", SWEEP_GRACE + SECOND, told).bus.queue == []


def test_the_sweep_retires_what_is_over_and_told() -> None:
    assert swept("closed", SECOND, told).runs.markers == set()
    assert swept("closed", SECOND).runs.markers != set()
    assert swept("serving", SECOND, told).runs.markers != set()


def test_the_sweep_passes_over_a_marker_whose_run_is_still_to_come() -> None:
    world, run = at("prepared")
    world.runs.markers.add("0" * 16)
    world.clock.time += SWEEP_GRACE + SECOND
    pipeline.sweep(world.services)
    assert moves(world) == [command_for(run)]
    assert "0" * 16 in world.runs.markers


def test_beginning_a_run_orders_its_preparation_however_often_it_is_announced() -> None:
    world, run = at("received")
    for announced in range(3):
        world.bus.forgets = True
        assert pipeline.begin(run.drop, world.services) == run
        assert [command for _, command in ordered(world)] == [command_for(run)] * (announced + 1)


def test_beginning_a_run_that_is_over_leaves_no_marker() -> None:
    world, run = at("closed")
    told(world, run)
    assert pipeline.begin(run.drop, world.services) == run
    assert world.runs.markers == set()
    assert world.bus.queue == []


def test_beginning_a_run_that_has_moved_on_orders_nothing() -> None:
    world, run = at("training")
    assert pipeline.begin(run.drop, world.services) == run
    assert world.bus.queue == []
