"""One run for each stage, each led there as a real one would be, and what stands in its files."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from shared.core import stages
from shared.core.cost import Estimate
from shared.core.drop import Blob, Drop, DropPart
from shared.core.gate import judge
from shared.core.prepare.report import Finding, Input, Output, Place, Report, Rows, Tokens
from shared.core.recipe import Recipe
from shared.core.run import Run
from shared.core.stages import Deployment, Job, Plan, PreparedFile, Stage, Step, UploadedFiles
from shared.core.training import Checkpoint, Cursor, Metrics, Point

BEGAN = datetime(2026, 11, 24, 7, 12, 5, tzinfo=UTC)
NOW = BEGAN + timedelta(hours=8)

RECIPE = Recipe.model_validate(
    {
        "hyperparameters": {"n_epochs": 3},
        "data": {"system_prompt": "You help customers with their orders."},
        "training_gate": {"max_validation_loss": 1.2},
    }
)
PARTS = (
    PreparedFile(blob="train.jsonl", rows=14_221, bytes=19_882_113, sha256="1c" * 32),
    PreparedFile(blob="validation.jsonl", rows=1_790, bytes=2_498_001, sha256="2d" * 32),
    PreparedFile(blob="test.jsonl", rows=1_803, bytes=2_511_340, sha256="3e" * 32),
)
PLAN = Plan(
    recipe=RECIPE,
    model="gpt-4.1-nano-2025-04-14",
    method="sft",
    inputs={"support/helpsteer.jsonl": "9b1f0c64a2a54f3fd65fdc2a7be40e1a1cf0e3b6c2f8f4b7f7a31cbb24f4ad11"},
    training=PARTS[0],
    validation=PARTS[1],
    test=PARTS[2],
    estimate=Estimate(
        tokens=4_812_400,
        epochs=3,
        epochs_assumed=False,
        usd_per_million_tokens=1.5,
        usd=21.66,
        source="Azure OpenAI pricing, 17 Nov 2026",
    ),
)
DEAR = PLAN.model_copy(update={"estimate": PLAN.estimate.model_copy(update={"usd": 64.97, "epochs": 9})})
FILES = UploadedFiles(training="file-4b6d21f0a9", validation="file-77c0e5d312")
JOB_ID = "ftjob-4f0ac1d27c5e4b1e"
MODEL = "gpt-4.1-nano-2025-04-14.ft-4f0ac1d27c5e4b1e-td3f9c"


def curve(steps: int = 360) -> list[Point]:
    """A training that goes well, then overfits a little."""
    return [_point(step, steps) for step in range(1, steps + 1)]


def _point(step: int, steps: int) -> Point:
    done = step / steps
    noise = 0.05 * math.sin(step * 2.3) * math.cos(step * 0.7)
    train = 0.72 + 1.15 * math.exp(-5 * done) - 0.06 * done + noise
    whole = 0.83 + 1.05 * math.exp(-5 * done) + 0.05 * max(0.0, done - 0.6)
    at_epoch = step % (steps // 3) == 0
    return Point(
        step=step,
        metrics=Metrics(
            train_loss=train,
            train_mean_token_accuracy=0.55 + 0.2 * done,
            valid_loss=whole + noise if step % 10 == 0 else None,
            full_valid_loss=whole if at_epoch else None,
            full_valid_mean_token_accuracy=0.52 + 0.19 * done if at_epoch else None,
        ),
    )


POINTS = curve()
CHECKPOINTS = tuple(
    Checkpoint(
        id=f"ftchkpt-{step:08x}c1",
        model=MODEL if step == len(POINTS) else f"{MODEL}:ckpt-step-{step}",
        step=step,
        metrics=POINTS[step - 1].metrics,
    )
    for step in (120, 240, 360)
)
JOB = Job(
    id=JOB_ID,
    model=MODEL,
    result_file="file-results-01",
    tokens_billed=14_437_200,
    queued_seconds=1_260,
    trained_seconds=11_400,
    checkpoints=CHECKPOINTS,
)
VERDICT = judge(RECIPE.training_gate, "sft", CHECKPOINTS, POINTS)
DEPLOYMENT = Deployment(name="helpsteer-3f9c1b2a", model=MODEL)
EXPIRES = NOW + timedelta(hours=19, minutes=20)

RECEIVED = stages.Received()
SCANNING = stages.Scanning(looks=2)
PREPARED = stages.Prepared(plan=PLAN)
HELD = stages.Held(plan=DEAR)
UPLOADING = stages.Uploading(plan=PLAN)
UPLOADED = stages.Uploaded(plan=PLAN, files=FILES)
READY = stages.Ready(plan=PLAN, files=FILES)
SUBMITTING = stages.Submitting(plan=PLAN, files=FILES, posts=2, refusal="429: the resource runs 3 jobs; at most 3 may")
TRAINING = stages.Training(plan=PLAN, files=FILES, job_id=JOB_ID, latest=POINTS[149], looks=11)
PAUSED = stages.Paused(plan=PLAN, files=FILES, job_id=JOB_ID, cursor=Cursor(), latest=POINTS[149])
TRAINED = stages.Trained(plan=PLAN, files=FILES, job=JOB, cursor=Cursor())
ACCEPTED = stages.Accepted(plan=PLAN, files=FILES, job=JOB, verdict=VERDICT)
DEPLOYING = stages.Deploying(plan=PLAN, files=FILES, job=JOB, verdict=VERDICT, deployment=DEPLOYMENT, tries=1)
SERVING = stages.Serving(
    plan=PLAN,
    files=FILES,
    job=JOB,
    verdict=VERDICT,
    deployment=DEPLOYMENT,
    made_at=EXPIRES - timedelta(hours=24),
    expires_at=EXPIRES,
    looks=2,
)
PARKED = stages.Parked(
    step=Step.SUBMIT,
    reason="403: the app's identity lacks the role 'Cognitive Services OpenAI Contributor' on this account",
    before=PREPARED,
)
REJECTED = stages.Rejected(
    by="dataset",
    reasons=("1,204 of 20,324 rows were rejected (5.9 %); at most 5 % may be", "no rule lets a message be empty"),
    before=RECEIVED,
)
REFUSED_BY_GATE = stages.Rejected(
    by="training gate",
    reasons=(
        "failed: no checkpoint is worth deploying",
        "step 240: overfit ratio 1.84, above 1.5",
        "step 360: overfit ratio 2.31, above 1.5; validation loss 1.402, above 1.2",
    ),
    before=TRAINED,
)
FAILED = stages.Failed(
    step=Step.WATCH, reason="The training file has 3 examples; at least 10 are needed.", before=TRAINING
)
CANCELLED = stages.Cancelled(reason="refused by avery@contoso.example", before=HELD)
EXPIRED = stages.Expired(before=SERVING.model_copy(update={"expires_at": BEGAN + timedelta(hours=5)}))
CLOSED = stages.Closed(outcome=EXPIRED)

TO_TRAINING = (PREPARED, UPLOADING, UPLOADED, READY, stages.Submitting(plan=PLAN, files=FILES), TRAINING)
TO_SERVING = (*TO_TRAINING, TRAINED, ACCEPTED, DEPLOYING, SERVING)
WAYS: dict[str, tuple[Stage, ...]] = {
    "received": (),
    "scanning": (SCANNING,),
    "prepared": (PREPARED,),
    "held": (PREPARED, HELD),
    "uploading": TO_TRAINING[:2],
    "uploaded": TO_TRAINING[:3],
    "ready": TO_TRAINING[:4],
    "submitting": (*TO_TRAINING[:4], SUBMITTING),
    "training": TO_TRAINING,
    "paused": (*TO_TRAINING, PAUSED),
    "trained": TO_SERVING[:7],
    "accepted": TO_SERVING[:8],
    "deploying": TO_SERVING[:9],
    "serving": TO_SERVING,
    "parked": (PREPARED, PARKED),
    "rejected": (REJECTED,),
    "refused by the gate": (*TO_SERVING[:7], REFUSED_BY_GATE),
    "failed": (*TO_TRAINING, FAILED),
    "cancelled": (PREPARED, HELD, CANCELLED),
    "expired": (*TO_SERVING, EXPIRED),
    "closed": (*TO_SERVING, EXPIRED, CLOSED),
}
"""The stages that each example passed after it was received."""

MINUTES = (2, 1, 1, 3, 1, 40, 190, 4, 2, 6, 60, 60)


def example(stage: str, name: str = "support/helpsteer.jsonl", etag: str = "0x8DE2B3C4D5E6F70") -> Run:
    """The run that came to a stage of `WAYS`."""
    return led(WAYS[stage], name, etag)


def led(way: Iterable[Stage], name: str = "support/helpsteer.jsonl", etag: str = "0x8DE2B3C4D5E6F70") -> Run:
    blob = Blob(name=name, etag=etag, size=24_990_212)
    drop = Drop(container="datasets", name=name, recipe="support", parts=(DropPart(part="whole", blob=blob),))
    run, at = Run.begin(drop, BEGAN), BEGAN
    for stage, minutes in zip(way, MINUTES, strict=False):
        at += timedelta(minutes=minutes)
        run = run.moved_to(stage, at)
    return run


def report() -> dict[str, object]:
    """What the example runs' `report.json` holds."""
    places = tuple(Place(file="support/helpsteer.jsonl", line=17 + 23 * number) for number in range(20))
    findings = (
        Finding(
            rule=25,
            name="ends with the assistant",
            severity="reject",
            message="the last message is from 'user'",
            expected="a last message from 'assistant'",
            remedy="end each example with the answer that the model should learn",
            count=204,
            places=places,
        ),
        Finding(
            rule=None,
            name="keep",
            severity="info",
            message="rows missed the condition helpfulness >=3",
            remedy="lower the condition in the recipe to keep them",
            count=1_695,
            places=places[:2],
        ),
        Finding(
            rule=6,
            name="line ends",
            severity="fix",
            message="line ends were CRLF",
            remedy="nothing: they were replaced",
            count=1,
        ),
    )
    made = {part.blob: Output(rows=part.rows, bytes=part.bytes, sha256=part.sha256) for part in PARTS}
    return Report(
        verdict="accepted",
        method="sft",
        notes=("Answers are 87 tokens long on average.",),
        formats={"helpsteer": 20_324},
        rows=Rows(
            read=20_324, kept=13_402, fixed=2_609, rejected=204, duplicates=611, ties=0, filtered=1_695, test=1_803
        ),
        inputs=(
            Input(
                name="support/helpsteer.jsonl",
                part="whole",
                stored_as="JSON lines",
                bytes=24_990_212,
                sha256=PLAN.inputs["support/helpsteer.jsonl"],
            ),
        ),
        training=made["train.jsonl"],
        validation=made["validation.jsonl"],
        test=made["test.jsonl"],
        rejects=Output(rows=204, bytes=211_040, sha256="4f" * 32),
        training_tokens=Tokens(
            count=PLAN.estimate.tokens, low=4_700_000, high=4_920_000, method="estimated from a sample"
        ),
        findings=findings,
    ).model_dump(mode="json")
