from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from shared.core.news import news
from shared.core.records import (
    CheckpointRecord,
    Delivery,
    EventRecord,
    GateRecord,
    JobRecord,
    LateRunRecord,
    NoticeRecord,
    PlanRecord,
    PointRecord,
    Record,
    RowsRecord,
    StageRecord,
    SweepRecord,
    UnannouncedRecord,
    WaitingRecord,
)
from shared.core.training import Checkpoint, Cursor, JobEvent, JobStatus, JobView, Metrics, Point
from tests.report.examples import CHECKPOINTS

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DELIVERY = Delivery(
    run_id="3f9c",
    revision=4,
    step="submit",
    attempt=1,
    stage_before="ready",
    stage_after="training",
    seconds=1.5,
    outcome="advanced",
)
FIGURES = Metrics(train_loss=1.25, full_valid_loss=1.5)
POINT = Point(step=10, metrics=FIGURES)
LINE = JobEvent(id="ftevent-1", at=NOON, level="info", message="Job enqueued.")
MEASURED = JobEvent(id="ftevent-2", at=NOON + timedelta(minutes=1), level="info", message="Step 10", point=POINT)
TENTH = Checkpoint(id="ftchkpt-1", model="m:ckpt-step-10", step=10, metrics=FIGURES)

EXAMPLES: list[tuple[Record, str]] = [
    (DELIVERY, "submit 3f9c: ready -> training"),
    (DELIVERY.model_copy(update={"outcome": "stale"}), "submit 3f9c: stale"),
    (DELIVERY.model_copy(update={"outcome": "retry", "reason": "503 busy"}), "submit 3f9c: retry: 503 busy"),
    (DELIVERY.model_copy(update={"reason": "429"}), "submit 3f9c: ready -> training: 429"),
    (
        EventRecord(run_id="3f9c", job_id="j", event_id="e", event_level="info", event_at=NOON, text="Job enqueued."),
        "Job enqueued.",
    ),
    (
        PointRecord(run_id="3f9c", job_id="j", training_step=10, point_at=NOON, **FIGURES.model_dump()),
        "step 10 of j",
    ),
    (
        CheckpointRecord(
            run_id="3f9c",
            job_id="j",
            checkpoint_id="c",
            checkpoint_model="m",
            training_step=10,
            **FIGURES.model_dump(),
        ),
        "checkpoint c at step 10",
    ),
    (
        JobRecord(
            run_id="3f9c", job_id="j", status="succeeded", queued_seconds=None, trained_seconds=60, tokens_billed=7
        ),
        "job j succeeded",
    ),
    (
        RowsRecord(
            base_model="gpt-4.1-nano-2025-04-14",
            run_id="3f9c",
            verdict="accepted",
            rows_read=20,
            rows_kept=15,
            rows_fixed=1,
            rows_rejected=2,
            rows_duplicates=0,
            rows_ties=0,
            rows_filtered=0,
            rows_test=2,
        ),
        "dataset accepted: 20 rows read, 2 rejected",
    ),
    (NoticeRecord(run_id="3f9c", notice="served", title="x is served"), "told: x is served"),
    (
        StageRecord(
            run_id="3f9c",
            revision=2,
            stage_entered="prepared",
            entered_at=NOON,
            stage_left="received",
            stage_seconds=3.0,
            waits_for_person=False,
            drop="support/a.jsonl",
            recipe="support",
        ),
        "3f9c is prepared",
    ),
    (
        PlanRecord(
            run_id="3f9c",
            base_model="m",
            method="sft",
            training_rows=60,
            tokens_estimated=900,
            epochs=3,
            usd_estimated=0.01,
            usd_at_most=None,
        ),
        "plan: 60 rows, sft, m",
    ),
    (
        GateRecord(
            run_id="3f9c",
            job_id="j",
            gate_outcome="passed",
            checkpoints=3,
            chosen_step=30,
            validation_loss=1.0,
            validation_token_accuracy=0.7,
            overfit_ratio=1.1,
            loss_gain=0.4,
            reward_gain=None,
        ),
        "training gate: passed",
    ),
    (LateRunRecord(run_id="3f9c", idle_seconds=4000.4), "no progress for 4000 s: ordered again"),
    (
        WaitingRecord(run_id="3f9c", drop="support/a.jsonl", waiting_seconds=4000.4),
        "waits for a person since 4000 s",
    ),
    (
        SweepRecord(
            runs_active=3, runs_late=1, oldest_age_seconds=60, catalogue_age_days=2, active={"held": 1, "training": 2}
        ),
        "swept: 3 active runs, 1 late",
    ),
    (UnannouncedRecord(uploads=2), "2 uploads had not been announced"),
]


@pytest.mark.parametrize(("record", "line"), EXAMPLES)
def test_a_record_reads_as_one_line(record: Record, line: str) -> None:
    assert record.summary == line


def test_every_kind_of_record_has_its_word() -> None:
    kinds = get_args(Record.__value__)
    words = [kind.model_fields["record"].default for kind in kinds]
    assert {type(record) for record, _ in EXAMPLES} == set(kinds)
    assert len(set(words)) == len(words)


def look(*events: JobEvent, checkpoints: tuple[Checkpoint, ...] = ()) -> JobView:
    return JobView(
        status=JobStatus.RUNNING, status_word="running", created_at=NOON, events=events, checkpoints=checkpoints
    )


def test_a_look_without_anything_new_is_no_news() -> None:
    assert news("3f9c", "j", Cursor(), look()) == []
    assert news("3f9c", "j", Cursor(checkpoint_step=10), look(checkpoints=(TENTH,))) == []


def test_news_are_the_jobs_lines_then_its_points_then_its_checkpoints() -> None:
    records = news("3f9c", "j", Cursor(), look(LINE, MEASURED, checkpoints=(TENTH,)))
    assert records == [
        EventRecord(
            run_id="3f9c",
            job_id="j",
            event_id="ftevent-1",
            event_level="info",
            event_at=NOON,
            text="Job enqueued.",
        ),
        EventRecord(
            run_id="3f9c",
            job_id="j",
            event_id="ftevent-2",
            event_level="info",
            event_at=MEASURED.at,
            text="Step 10",
        ),
        PointRecord(run_id="3f9c", job_id="j", training_step=10, point_at=MEASURED.at, **FIGURES.model_dump()),
        CheckpointRecord(
            run_id="3f9c",
            job_id="j",
            checkpoint_id="ftchkpt-1",
            checkpoint_model="m:ckpt-step-10",
            training_step=10,
            **FIGURES.model_dump(),
        ),
    ]


def test_only_checkpoints_after_the_cursor_are_news() -> None:
    cursor = Cursor(checkpoint_step=CHECKPOINTS[0].step)
    steps = [record.training_step for record in news("3f9c", "j", cursor, look(checkpoints=CHECKPOINTS))]
    assert steps == [checkpoint.step for checkpoint in CHECKPOINTS[1:]]


def test_a_checkpoint_of_the_very_first_step_is_news() -> None:
    first = TENTH.model_copy(update={"step": 1})
    assert [record.record for record in news("3f9c", "j", Cursor(), look(checkpoints=(first,)))] == ["checkpoint"]


def test_posting_again_posts_under_the_same_ids() -> None:
    seen = look(LINE, MEASURED, checkpoints=(TENTH,))
    assert news("3f9c", "j", Cursor(), seen) == news("3f9c", "j", Cursor(), seen)
