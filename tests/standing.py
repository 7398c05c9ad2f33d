"""A world in which a stored run stands, with its dataset, files, job and deployment; and what tests ask of it."""

from datetime import timedelta

from shared import steps
from shared.core import naming, stages
from shared.core.recipe import chosen
from shared.core.run import Command, Run
from shared.core.stages import Stage, Step
from shared.core.training import Cursor, JobView
from shared.ports import JobRequest
from tests.core.every_stage import DOCUMENTS
from tests.driving import DATASET
from tests.fakes import FakeDeployment, FakeJob, World


def at(state: str) -> tuple[World, Run]:
    """The world, and the run that an earlier version left at this stage."""
    return standing(DOCUMENTS[state])


def standing(document: str) -> tuple[World, Run]:
    """The world around a run that was stored so."""
    world, run = World(), Run.model_validate_json(document)
    world.clock.time = run.updated_at
    world.runs.documents[run.id] = (document, 1)
    world.runs.markers.add(run.id)
    for part in run.drop.parts:
        world.datasets.contents[part.blob.name] = (part.blob, DATASET, run.created_at)
    world.datasets.uploads = len(run.drop.parts)
    if not isinstance(run.stage, stages.Closed):
        _provide(world, run.id, getattr(run.stage, "before", run.stage))
    return world, run


def _provide(world: World, run_id: str, stage: stages.Working) -> None:
    if isinstance(stage, stages.Received | stages.Scanning):
        return
    for file in (stage.plan.training, stage.plan.validation, stage.plan.test):
        if file is not None:
            world.files.contents[run_id, file.blob] = bytes(file.bytes)
    if isinstance(stage, stages.Prepared | stages.Held | stages.Uploading):
        return
    named = {"training": stage.files.training, "validation": stage.files.validation}
    world.trainer.files = {file_id: naming.file_name(run_id, part) for part, file_id in named.items() if file_id}
    world.trainer.uploads = len(world.trainer.files)
    if isinstance(stage, stages.Uploaded | stages.Ready | stages.Submitting):
        return
    job_id = stage.job_id if isinstance(stage, stages.Training | stages.Paused) else stage.job.id
    world.trainer.jobs.append(FakeJob(id=job_id, request=_request(run_id, stage.plan, stage.files)))
    if isinstance(stage, stages.Deploying | stages.Serving):
        world.deployer.made = 1
        world.deployer.deployments[stage.deployment.name] = FakeDeployment(stage.deployment.model)


def _request(run_id: str, plan: stages.Plan, files: stages.UploadedFiles) -> JobRequest:
    return JobRequest(
        suffix=naming.suffix(run_id),
        model=plan.model,
        method=plan.method,
        training_type=plan.recipe.training_type,
        files=files,
        hyperparameters=chosen(plan.recipe.hyperparameters, plan.method),
        seed=plan.recipe.seed,
        metadata={"tunedrop_run": run_id},
    )


def taken(step: Step, run: Run, world: World) -> list[Stage]:
    """The stages that a step yields."""
    return list(getattr(steps, step)(run, run.stage, world.services))


def with_plan(run: Run, **changes: object) -> Run:
    return with_stage(run, plan=run.stage.plan.model_copy(update=changes))


def with_stage(run: Run, **changes: object) -> Run:
    return run.model_copy(update={"stage": run.stage.model_copy(update=changes)})


def answering(world: World, **changes: object) -> None:
    """Let every look at the job answer so."""
    look = world.trainer.look

    def changed(job_id: str, cursor: Cursor) -> JobView:
        return look(job_id, cursor).model_copy(update=changes)

    world.trainer.looks_until_done = 1
    world.trainer.look = changed


def command_for(run: Run, attempt: int = 1) -> Command:
    """The command that moves the run on."""
    return Command(step=run.stage.next_step, run_id=run.id, revision=run.revision, attempt=attempt)


def ordered(world: World) -> list[tuple[timedelta, Command]]:
    """What was sent, and how long from now it arrives."""
    return [(due - world.clock.time, command) for due, _, command in sorted(world.bus.queue)]


def moves(world: World) -> list[Command]:
    """What was sent to move a run on."""
    return [command for _, command in ordered(world) if command.step is not Step.NOTIFY]


def now(world: World, run: Run) -> Run:
    """The run as it is stored."""
    return world.runs.load(run.id)[0]


def delivered(world: World) -> tuple[str, str | None]:
    """What the last delivery came to, and why."""
    record = world.telemetry.of("delivery")[-1]
    return record.outcome, record.reason


def all_told(world: World, run: Run) -> None:
    world.runs.told = {(run.id, notice.revision) for notice in run.notices}
