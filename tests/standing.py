"""A world in which a stored run stands: with its dataset, its files, its job and its deployment."""

from shared.core import naming, stages
from shared.core.run import Run
from shared.ports import JobRequest
from tests.fakes import FakeDeployment, FakeJob, World
from tests.test_pipeline import DATASET


def standing(document: str) -> tuple[World, Run]:
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
    if isinstance(stage, stages.Received):
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
        hyperparameters=plan.recipe.hyperparameters.model_dump(),
        seed=plan.recipe.seed,
        metadata={"tunedrop_run": run_id},
    )
