"""How jobs, events and checkpoints are answered, oddities included (recorded in foundry notebooks, Jan 2026)."""

from typing import Any

import msgspec

from local.foundry.job_rules import Hyperparameters, Method
from local.foundry.models import Model
from local.foundry.progress import POSTPROCESSING, QUEUE
from local.foundry.records import Checkpoint, Event, Job

AUTO = -1


def echoed(hyperparameters: Hyperparameters, model: Model) -> dict[str, Any]:
    """What a request's hyperparameters come back as: -1 is auto, but for the rate, which comes as a number."""
    given = {name: getattr(hyperparameters, name) for name in hyperparameters.__struct_fields__}
    shown = {name: AUTO if value == "auto" else value for name, value in given.items()}
    if given["learning_rate_multiplier"] == "auto":
        shown["learning_rate_multiplier"] = model.auto_multiplier
    return shown


def echoed_method(method: Method, hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """The method as it comes back, the grader with it."""
    body: dict[str, Any] = {"hyperparameters": hyperparameters}
    if method.type == "reinforcement" and method.reinforcement:
        response_format = msgspec.to_builtins(method.reinforcement.response_format)
        body |= {"grader": method.reinforcement.grader, "response_format": response_format}
    return {"type": method.type, method.type: body}


def show_job(job: Job) -> dict[str, object]:
    """A job. `organization_id` and, before the end, `result_files` are null, and `metadata` is not told."""
    succeeded = job.status == "succeeded"
    error = job.error and {"code": job.error.code, "message": job.error.message, "param": job.error.param}
    return {
        "id": job.id,
        "created_at": int(job.created_at),
        "error": error,
        "estimated_finish": int(job.created_at + QUEUE + job.duration + POSTPROCESSING),
        "fine_tuned_model": job.tuned_model if succeeded else None,
        "finished_at": int(job.finished_at) if job.finished_at else None,
        "hyperparameters": job.hyperparameters,
        "method": job.method,
        "model": job.model,
        "object": "fine_tuning.job",
        "organization_id": None,
        "result_files": [job.result_file] if job.result_file else None,
        "seed": job.plan.seed,
        "status": job.status,
        "suffix": job.suffix,
        "trained_tokens": job.tokens * job.plan.epochs if succeeded else None,
        "training_file": job.training_file,
        "trainingType": job.training_type,
        "validation_file": job.validation_file,
    }


def show_event(event: Event) -> dict[str, object]:
    """An event: a message, or a message with metrics."""
    return {
        "id": event.id,
        "created_at": int(event.created_at),
        "level": event.level,
        "message": event.message,
        "object": "fine_tuning.job.event",
        "type": "metrics" if event.data else "message",
        "data": event.data,
    }


def show_checkpoint(job: Job, checkpoint: Checkpoint) -> dict[str, object]:
    """A checkpoint; the last of a job is named like its model."""
    return {
        "id": checkpoint.id,
        "created_at": int(checkpoint.created_at),
        "fine_tuned_model_checkpoint": checkpoint_model(job, checkpoint),
        "fine_tuning_job_id": job.id,
        "metrics": {"step": checkpoint.step, **checkpoint.metrics},
        "object": "fine_tuning.job.checkpoint",
        "step_number": checkpoint.step,
    }


def checkpoint_model(job: Job, checkpoint: Checkpoint) -> str:
    """The name under which a checkpoint is a model."""
    is_last = checkpoint.step == job.plan.steps
    return job.tuned_model if is_last else f"{job.tuned_model}:ckpt-step-{checkpoint.step}"
