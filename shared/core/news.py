"""What there is to record of a run, its job and its gate: records from values."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from shared.core import stages
from shared.core.cost import Estimate, billed
from shared.core.gate import Judgement, Verdict
from shared.core.records import (
    CheckpointRecord,
    EventRecord,
    GateRecord,
    JobRecord,
    Labels,
    LateRunRecord,
    PlanRecord,
    PointRecord,
    Record,
    StageRecord,
    WaitingRecord,
)
from shared.core.run import Passage, Run
from shared.core.stages import Job, Plan, Stage
from shared.core.training import Checkpoint, Cursor, JobEvent, JobStatus, JobView, Point

WAITS_FOR_PERSON = ("held", "paused", "parked")  #: stages


def news(run_id: str, job_id: str, cursor: Cursor, view: JobView) -> list[Record]:
    """What a look at a job shows that the cursor has not seen: its log, its metric points, its checkpoints."""
    fresh = [checkpoint for checkpoint in view.checkpoints if checkpoint.step > cursor.checkpoint_step]
    return [
        *(_line(run_id, job_id, event) for event in view.events),
        *(_point(run_id, job_id, event.at, event.point) for event in view.events if event.point),
        *(_checkpoint(run_id, job_id, checkpoint) for checkpoint in fresh),
    ]


def _line(run_id: str, job_id: str, event: JobEvent) -> EventRecord:
    return EventRecord(
        run_id=run_id, job_id=job_id, event_id=event.id, event_level=event.level, event_at=event.at, text=event.message
    )


def _point(run_id: str, job_id: str, at: datetime, point: Point) -> PointRecord:
    return PointRecord(
        run_id=run_id, job_id=job_id, training_step=point.step, point_at=at, **point.metrics.model_dump()
    )


def _checkpoint(run_id: str, job_id: str, checkpoint: Checkpoint) -> CheckpointRecord:
    return CheckpointRecord(
        run_id=run_id,
        job_id=job_id,
        checkpoint_id=checkpoint.id,
        checkpoint_model=checkpoint.model,
        training_step=checkpoint.step,
        **checkpoint.metrics.model_dump(),
    )


def record_of_job(run_id: str, job: Job, status: JobStatus, estimate: Estimate) -> JobRecord:
    return JobRecord(
        run_id=run_id,
        job_id=job.id,
        status=status,
        queued_seconds=job.queued_seconds,
        trained_seconds=job.trained_seconds,
        tokens_billed=job.tokens_billed,
        hours_billed=job.hours_billed,
        usd_actual=billed(estimate, job.tokens_billed, job.hours_billed),
    )


def labels_of(run: Run, step: str, attempt: int = 1) -> Labels:
    """The labels of work on a run as it was found."""
    return Labels(run_id=run.id, family=run.family, stage=run.stage.state, step=step, attempt=attempt)


def passages(run: Run, since: int) -> list[StageRecord]:
    """The stages that a run came to after a revision. Asked again, by a repeat say, they are the same."""
    came = [(None, run.history[0]), *pairwise(run.history)]
    return [_passage(run, left, entered) for left, entered in came if entered.revision > since]


def _passage(run: Run, left: Passage | None, entered: Passage) -> StageRecord:
    known = _known(run.stage) if entered is run.history[-1] else {}
    return StageRecord.model_validate(
        {
            "run_id": run.id,
            "revision": entered.revision,
            "stage_entered": entered.state,
            "entered_at": entered.at,
            "stage_left": left and left.state,
            "stage_seconds": left and (entered.at - left.at).total_seconds(),
            "waits_for_person": entered.state in WAITS_FOR_PERSON,
            "drop": run.drop.name,
            "recipe": run.drop.recipe,
            **known,
        }
    )


def _known(stage: Stage) -> dict[str, object]:
    """What a run at a stage knows of itself that people search for."""
    end = stage.outcome if isinstance(stage, stages.Closed) else stage
    reached = getattr(end, "before", end)
    plan: Plan | None = getattr(reached, "plan", None)
    job: Job | None = getattr(reached, "job", None)
    deployment: stages.Deployment | None = getattr(reached, "deployment", None)
    return {
        "base_model": plan and plan.model,
        "method": plan and plan.method,
        "job_id": job.id if job else getattr(reached, "job_id", None),
        "deployment": deployment and deployment.name,
        "expires_at": getattr(reached, "expires_at", None),
        "rejected_by": getattr(end, "by", None),
    }


def record_of_plan(run_id: str, plan: Plan) -> PlanRecord:
    cost = plan.estimate
    return PlanRecord(
        run_id=run_id,
        base_model=plan.model,
        method=plan.method,
        training_rows=plan.training.rows,
        tokens_estimated=cost.tokens,
        epochs=cost.epochs,
        usd_estimated=cost.usd,
        usd_at_most=cost.usd_at_most,
    )


def record_of_gate(run_id: str, job: Job, verdict: Verdict, points: Sequence[Point]) -> GateRecord:
    told = _told_of(verdict)
    loss = told and told.validation_loss
    first = min(_measured([*points, *(one.checkpoint for one in verdict.judgements)]), default=None)
    return GateRecord(
        run_id=run_id,
        job_id=job.id,
        gate_outcome=verdict.outcome,
        checkpoints=len(verdict.judgements),
        chosen_step=verdict.chosen and verdict.chosen.step,
        validation_loss=loss,
        validation_token_accuracy=told and told.validation_token_accuracy,
        overfit_ratio=told and told.overfit_ratio,
        loss_gain=None if first is None or loss is None else first[1] - loss,
        reward_gain=told and told.reward_gain,
    )


def _told_of(verdict: Verdict) -> Judgement | None:
    """The judgement whose figures stand for the verdict."""
    last = verdict.judgements[-1] if verdict.judgements else None
    return next((one for one in verdict.judgements if one.checkpoint == verdict.chosen), last)


def _measured(those: Sequence[Point | Checkpoint]) -> Iterator[tuple[int, float]]:
    """The validation losses that were measured, with their steps."""
    losses = ((one.step, one.metrics.validation_loss) for one in those)
    return ((step, loss) for step, loss in losses if loss is not None)


def record_of_late(run: Run, now: datetime) -> LateRunRecord:
    return LateRunRecord(run_id=run.id, idle_seconds=(now - run.updated_at) / timedelta(seconds=1))


def record_of_waiting(run: Run, now: datetime) -> WaitingRecord | None:
    """`None` for a run that waits for no person."""
    if run.stage.state not in WAITS_FOR_PERSON:
        return None
    seconds = (now - run.history[-1].at) / timedelta(seconds=1)
    return WaitingRecord(run_id=run.id, drop=run.drop.name, waiting_seconds=seconds)
