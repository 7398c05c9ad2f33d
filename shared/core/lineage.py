"""What was checked is what was trained: the chain from dropped bytes to deployment, in one document."""

from shared.core import stages
from shared.core.drop import Upload
from shared.core.recipe import Origin
from shared.core.run import Run, Signature
from shared.core.values import Value


class Input(Value):
    """A dropped blob: the version that was announced, and the bytes that were read."""

    etag: str
    sha256: str | None


class Lineage(Value):
    """One run's chain. `None` where the run ended before that link."""

    run_id: str
    family: str
    container: str
    upload: Upload | None = None
    inputs: dict[str, Input]  #: by blob name
    origin: Origin | None = None  #: as the recipe tells it
    prepared: dict[str, str]  #: blob name: sha256
    recipe: dict[str, object] | None
    model: str | None
    method: str | None
    files: dict[str, str | None] | None  #: part: Foundry file id
    job: str | None
    tuned_model: str | None
    checkpoint: str | None
    deployment: str | None
    outcome: str
    signatures: tuple[Signature, ...] = ()


def lineage_of(run: Run) -> Lineage:
    """The chain as far as the run came."""
    stage = run.stage
    reached = stage.outcome.before if isinstance(stage, stages.Closed) else getattr(stage, "before", stage)
    plan: stages.Plan | None = getattr(reached, "plan", None)
    files: stages.UploadedFiles | None = getattr(reached, "files", None)
    job: stages.Job | None = getattr(reached, "job", None)
    verdict = getattr(reached, "verdict", None)
    deployment: stages.Deployment | None = getattr(reached, "deployment", None)
    prepared = [part for part in (plan.training, plan.validation, plan.test) if part] if plan else []
    return Lineage(
        run_id=run.id,
        family=run.family,
        container=run.drop.container,
        upload=run.upload,
        inputs={
            part.blob.name: Input(etag=part.blob.etag, sha256=plan.inputs.get(part.blob.name) if plan else None)
            for part in run.drop.parts
        },
        origin=plan.recipe.data.origin if plan else None,
        prepared={part.blob: part.sha256 for part in prepared},
        recipe=plan.recipe.model_dump() if plan else None,
        model=plan.model if plan else None,
        method=plan.method if plan else None,
        files=files.model_dump() if files else None,
        job=job.id if job else getattr(reached, "job_id", None),
        tuned_model=job.model if job else None,
        checkpoint=verdict.chosen.id if verdict and verdict.chosen else None,
        deployment=deployment.name if deployment else None,
        outcome=stage.outcome.state if isinstance(stage, stages.Closed) else stage.state,
        signatures=run.signatures,
    )
