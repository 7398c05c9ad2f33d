"""The steps. Each is handed a run at a stage and yields the stages it reaches, each saved before it goes on.

Gather, decide, act: the thinking is in `core`, the talking in `adapters`.
"""

from collections.abc import Iterator

from shared.core import naming, stages
from shared.core.catalogue import find_model
from shared.core.cost import within
from shared.core.errors import DropChanged, PermanentError, TrainingFailed, TransientError
from shared.core.gate import judge
from shared.core.lineage import lineage_of
from shared.core.news import news, record_of_gate, record_of_job
from shared.core.polling import MOST_POSTS, READY_LOOKS, SURE_AFTER_LOOKS
from shared.core.preflight import objection
from shared.core.recipe import chosen
from shared.core.run import Run
from shared.core.scan import held_up
from shared.core.stages import Stage, Step
from shared.core.training import Checkpoint, Cursor, JobStatus, JobView, Point
from shared.ports import JobRequest, Services
from shared.preparation import prepared


def prepare(run: Run, stage: stages.Received | stages.Scanning, services: Services) -> Iterator[Stage]:
    """The dropped rows become training, validation and test files in Azure's format, or a report of why not."""
    blobs = [part.blob for part in run.drop.parts]
    scans = {blob.name: services.scanner.scan(run.drop.container, blob) for blob in blobs}
    yield held_up(stage, scans) or stages.Prepared(plan=prepared(run, services))


def submit(
    run: Run, stage: stages.Prepared | stages.Uploading | stages.Ready | stages.Submitting, services: Services
) -> Iterator[Stage]:
    """The files go to Foundry, and become a fine-tuning job."""
    match stage:
        case stages.Prepared():
            yield from _admit(run, stage, services)
        case stages.Uploading():
            yield from _upload(run, stage, services)
        case stages.Ready():
            yield from _first_post(run, stage, services)
        case stages.Submitting():
            yield from _look_before_posting(run, stage, services)


def _admit(run: Run, stage: stages.Prepared, services: Services) -> Iterator[Stage]:
    _check_still_current(run, services)
    plan = stage.plan
    match within(plan.recipe.budget, plan.estimate):
        case "stop":
            limit = plan.recipe.budget.stop_above_usd
            reason = f"the estimate is ${plan.estimate.usd:,.2f}, above the recipe's stop_above_usd of ${limit:,.2f}"
            yield stages.Rejected(by="budget", reasons=(reason,), before=stage)
        case "ask" if plan.approved_by is None:
            yield stages.Held(plan=plan)
        case _:
            uploading = stages.Uploading(plan=plan)
            yield uploading
            yield from _upload(run, uploading, services)


def _check_still_current(run: Run, services: Services) -> None:
    """Raises `DropChanged` if a newer upload supersedes the run, or the upload was taken back."""
    for part in run.drop.parts:
        now = services.datasets.head(run.drop.container, part.blob.name)
        if now is None:
            raise DropChanged(f"{part.blob.name!r} was removed before its job was submitted")
        if now.etag != part.blob.etag:
            raise DropChanged(f"{part.blob.name!r} was uploaded again: the newer version takes over")


def _upload(run: Run, stage: stages.Uploading, services: Services) -> Iterator[Stage]:
    """Find or upload each file. Two deliveries at once may both upload; what is extra goes when the run's files go."""
    found = services.trainer.find_files(naming.file_prefix(run.id))

    def file_id(part: str, prepared_file: stages.PreparedFile) -> str:
        name = naming.file_name(run.id, part)
        if name in found:
            return found[name]
        content = services.files.read(run.id, prepared_file.blob)
        if content is None:
            raise PermanentError(f"the prepared file {prepared_file.blob!r} is gone from the runs container")
        return services.trainer.upload(name, content, prepared_file.bytes)

    validation = stage.plan.validation
    files = stages.UploadedFiles(
        training=file_id("training", stage.plan.training),
        validation=file_id("validation", validation) if validation else None,
    )
    yield stages.Uploaded(plan=stage.plan, files=files)


def _first_post(run: Run, stage: stages.Ready, services: Services) -> Iterator[Stage]:
    _check_still_current(run, services)
    _check_offer(stage.plan, services)
    submitting = stages.Submitting(plan=stage.plan, files=stage.files)
    yield submitting
    yield from _post(run, submitting, services)


def _check_offer(plan: stages.Plan, services: Services) -> None:
    """Raises `TrainingFailed` if the subscription may not train or serve the model today."""
    model = find_model(plan.model, services.catalogue())
    if model is None:
        raise TrainingFailed(f"{plan.model!r} is no longer in the catalogue")
    offer = services.deployer.offer(model.name, model.version)
    if why := objection(plan.model, offer, services.now()):
        raise TrainingFailed(why)


def _look_before_posting(run: Run, stage: stages.Submitting, services: Services) -> Iterator[Stage]:
    """An earlier POST may have made a job: only looks that find none, a listing delay apart, allow another."""
    if job_id := _job_made(run, stage, services):
        yield stages.Training(plan=stage.plan, files=stage.files, job_id=job_id)
    elif stage.looks + 1 < SURE_AFTER_LOOKS:
        yield stage.once_more()
    elif stage.posts >= MOST_POSTS:
        yield stages.Parked(step=Step.SUBMIT, reason=stage.refusal or "no job could be made", before=stage)
    else:
        again = stage.once_more(looks=0, posts=stage.posts + 1)
        yield again
        yield from _post(run, again, services)


def _job_made(run: Run, stage: stages.Submitting, services: Services) -> str | None:
    return services.trainer.find_job(naming.suffix(run.id), stage.files)


def _post(run: Run, stage: stages.Submitting, services: Services) -> Iterator[Stage]:
    """The one POST that costs money. Whoever gets here saved the intent, and is alone."""
    recipe = stage.plan.recipe
    request = JobRequest(
        suffix=naming.suffix(run.id),
        model=stage.plan.model,
        method=stage.plan.method,
        training_type=recipe.training_type,
        files=stage.files,
        hyperparameters=chosen(recipe.hyperparameters, stage.plan.method),
        seed=recipe.seed,
        metadata={"tunedrop_run": run.id},
        grader=recipe.grader and recipe.grader.model_dump(mode="json", exclude_none=True),
        response_format=recipe.response_format and recipe.response_format.model_dump(mode="json", exclude_none=True),
    )
    try:
        job_id = services.trainer.create_job(request)
    except TransientError as error:
        yield stage.once_more(looks=0, refusal=str(error))
    else:
        yield stages.Training(plan=stage.plan, files=stage.files, job_id=job_id)


def watch(
    run: Run,
    stage: stages.Uploaded | stages.Training | stages.Paused | stages.Deploying | stages.Serving,
    services: Services,
) -> Iterator[Stage]:
    """Whatever the run waits for in Foundry is there, or is looked at again later."""
    match stage:
        case stages.Uploaded():
            ids = [name for name in (stage.files.training, stage.files.validation) if name]
            ready = services.trainer.files_ready(ids)
            yield stages.Ready(plan=stage.plan, files=stage.files) if ready else stage.once_more()
        case stages.Training() | stages.Paused():
            yield _job_watched(run, stage, services)
        case stages.Deploying():
            yield from _deployment_watched(run, stage, services)
        case stages.Serving():
            yield _serving_watched(stage, services)


def _job_watched(run: Run, stage: stages.Training | stages.Paused, services: Services) -> Stage:
    if isinstance(stage, stages.Training) and stage.cancel:
        services.trainer.cancel(stage.job_id)
    view = services.trainer.look(stage.job_id, stage.cursor)
    cursor = _posted(run, stage.job_id, stage.cursor, view, services)
    latest = next((event.point for event in reversed(view.events) if event.point), stage.latest)
    known = {"plan": stage.plan, "files": stage.files, "job_id": stage.job_id, "cursor": cursor, "latest": latest}
    match view.status:
        case JobStatus.SUCCEEDED:
            return stages.Trained(plan=stage.plan, files=stage.files, job=_job(stage.job_id, view), cursor=cursor)
        case JobStatus.FAILED:
            reason = view.reason or f"the training service gives no reason (status {view.status_word!r})"
            return stages.Failed(step=Step.WATCH, reason=reason, before=stage)
        case JobStatus.CANCELLED:
            return stages.Cancelled(reason="the job was cancelled in Foundry or on the run's page", before=stage)
        case JobStatus.PAUSED:
            looks = stage.looks + 1 if isinstance(stage, stages.Paused) else 0
            return stages.Paused.model_validate({**known, "looks": looks})
        case JobStatus.QUEUED | JobStatus.RUNNING:
            cancel = isinstance(stage, stages.Training) and stage.cancel
            return stages.Training.model_validate({**known, "looks": stage.looks + 1, "cancel": cancel})


def _job(job_id: str, view: JobView) -> stages.Job:
    if view.model is None:
        raise TransientError("the job succeeded, but the service does not name its model yet")
    return stages.Job(
        id=job_id,
        model=view.model,
        result_file=view.result_file,
        tokens_billed=view.tokens_billed,
        hours_billed=view.hours_billed,
        queued_seconds=view.queued_seconds,
        trained_seconds=view.trained_seconds,
        checkpoints=view.checkpoints,
    )


def _posted(run: Run, job_id: str, cursor: Cursor, view: JobView, services: Services) -> Cursor:
    """Post what the cursor has not seen; the cursor after it."""
    for record in news(run.id, job_id, cursor, view):
        services.telemetry.record(record)
    return view.after(cursor)


def assess(run: Run, stage: stages.Trained, services: Services) -> Iterator[Stage]:
    """The training gate chooses a checkpoint to serve, or none."""
    view = services.trainer.look(stage.job.id, stage.cursor)
    _posted(run, stage.job.id, stage.cursor, view, services)
    job = _job(stage.job.id, view)
    points = _results(run, job, services)
    gate, checkpoints = stage.plan.recipe.training_gate, job.checkpoints or _last(job, points)
    verdict = judge(gate, stage.plan.method, checkpoints, points)
    services.telemetry.record(record_of_job(run.id, job, view.status, stage.plan.estimate))
    services.telemetry.record(record_of_gate(run.id, job, verdict, points))
    services.trainer.remove_files(naming.file_prefix(run.id))
    if verdict.outcome == "passed":
        yield stages.Accepted(plan=stage.plan, files=stage.files, job=job, verdict=verdict)
    else:
        reasons = (f"{verdict.outcome}: no checkpoint is worth deploying", *verdict.reasons)
        yield stages.Rejected(by="training gate", reasons=reasons, verdict=verdict, before=stage)


def _results(run: Run, job: stages.Job, services: Services) -> list[Point]:
    results = services.trainer.results(job.result_file) if job.result_file else None
    if results is None:
        return []
    services.files.put(run.id, "results.csv", results)
    return services.trainer.points(results)


def _last(job: stages.Job, points: list[Point]) -> tuple[Checkpoint, ...]:
    """The tuned model itself, where the service lists no checkpoints."""
    if not points:
        return ()
    return (Checkpoint(id=job.model, model=job.model, step=points[-1].step, metrics=points[-1].metrics),)


def deploy(run: Run, stage: stages.Accepted, services: Services) -> Iterator[Stage]:
    """The chosen checkpoint becomes a deployment."""
    if stage.verdict.chosen is None:
        raise PermanentError("the gate passed without choosing a checkpoint")
    deployment = stages.Deployment(name=naming.deployment_name(run.drop.name, run.id), model=stage.verdict.chosen.model)
    wanted = stage.plan.recipe.deployment
    services.deployer.start(deployment.name, deployment.model, wanted.tier, wanted.capacity)
    yield stages.Deploying(
        plan=stage.plan,
        files=stage.files,
        job=stage.job,
        verdict=stage.verdict,
        deployment=deployment,
        tries=stage.tries,
    )


def _deployment_watched(run: Run, stage: stages.Deploying, services: Services) -> Iterator[Stage]:
    name = stage.deployment.name
    created_at = services.deployer.created_at(name)
    known = {"plan": stage.plan, "files": stage.files, "job": stage.job, "verdict": stage.verdict}
    if created_at is not None and services.deployer.answers(name):
        expires_at = created_at + services.catalogue().limits.developer_lifetime
        times = {"made_at": created_at, "expires_at": expires_at}
        serving = stages.Serving.model_validate({**known, "deployment": stage.deployment, **times})
        lineage = lineage_of(run.model_copy(update={"stage": serving}))
        services.files.put(run.id, "lineage.json", lineage.model_dump_json(indent=2).encode())
        yield serving
    elif stage.looks + 1 < READY_LOOKS:
        yield stage.once_more()
    else:
        services.deployer.remove(name)
        if stage.tries > 1:
            raise PermanentError(f"the deployment {name!r} was made {stage.tries} times and never answered a request")
        yield stages.Accepted.model_validate({**known, "tries": stage.tries + 1})


def _serving_watched(stage: stages.Serving, services: Services) -> Stage:
    """The order came when it was due, by the broker's clock: the reminder first, then looks until it is gone."""
    if not services.deployer.exists(stage.deployment.name):
        return stages.Expired(before=stage)
    return stage.once_more() if stage.reminded else stage.model_copy(update={"reminded": True})


def close(
    run: Run, stage: stages.Rejected | stages.Failed | stages.Cancelled | stages.Expired, services: Services
) -> Iterator[Stage]:
    """Nothing temporary outlives its run; what it came to stays on record."""
    if isinstance(stage.before, stages.Submitting) and (job_id := _job_made(run, stage.before, services)):
        services.trainer.cancel(job_id)  # of a POST whose answer never came, by a run that was given up
    services.trainer.remove_files(naming.file_prefix(run.id))
    if isinstance(stage.before, stages.Accepted | stages.Deploying | stages.Serving):
        services.deployer.remove(naming.deployment_name(run.drop.name, run.id))
    services.files.put(run.id, "lineage.json", lineage_of(run).model_dump_json(indent=2).encode())
    yield stages.Closed(outcome=stage)
