"""The training gate is handed what the job left."""

from shared.core import stages
from shared.core.run import Run
from shared.core.stages import Stage, Step
from shared.core.training import Checkpoint, Cursor
from tests.fakes import World
from tests.standing import answering, at, taken, with_stage


def judged(world: World, run: Run) -> Stage:
    [stage] = taken(Step.ASSESS, run, world)
    return stage


def test_a_job_without_checkpoints_is_judged_by_its_last_step() -> None:
    world, run = at("trained")
    answering(world, checkpoints=())
    stage = judged(world, run)
    assert isinstance(stage, stages.Accepted)
    last = world.trainer.curve[-1]
    model = stage.job.model
    assert stage.verdict.chosen == Checkpoint(id=model, model=model, step=last.step, metrics=last.metrics)


def test_a_job_that_left_neither_checkpoints_nor_results_is_not_served() -> None:
    world, run = at("trained")
    answering(world, checkpoints=(), result_file=None)
    stage = judged(world, run)
    assert isinstance(stage, stages.Rejected)
    assert stage.reasons == (
        "could not run: no checkpoint is worth deploying",
        "the job left no checkpoint",
    )


def test_results_that_are_not_there_do_without_the_curve() -> None:
    world, run = at("trained")
    world.trainer.results = lambda _: None
    answering(world)
    assert isinstance(judged(world, run), stages.Accepted)
    assert (run.id, "results.csv") not in world.files.contents


def test_results_are_kept_beside_the_run_and_its_files_go() -> None:
    world, run = at("trained")
    answering(world)
    judged(world, run)
    assert world.files.contents[run.id, "results.csv"] == b"file-results"
    assert world.trainer.files == {}
    [record] = world.telemetry.of("job")
    assert record.model_dump() == {
        "record": "job",
        "run_id": run.id,
        "job_id": world.trainer.jobs[0].id,
        "status": "succeeded",
        "queued_seconds": 300,
        "trained_seconds": 6900,
        "tokens_billed": 12_000,
        "hours_billed": None,
        "usd_actual": 0.018,
    }


def test_what_a_job_said_last_is_posted_when_it_is_assessed() -> None:
    world, run = at("trained")
    world.trainer.looks_until_done = 1
    cursor = Cursor(event_id="ftevent-28", checkpoint_step=20)
    judged(world, with_stage(run, cursor=cursor))
    assert [record.event_id for record in world.telemetry.of("job_event")] == ["ftevent-29", "ftevent-30"]
    assert [record.training_step for record in world.telemetry.of("checkpoint")] == [30]
