from datetime import UTC, datetime, timedelta

import pytest

from shared.core.training import Checkpoint, Cursor, JobEvent, JobStatus, JobView, Metrics

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def event(name: str) -> JobEvent:
    return JobEvent(id=name, at=NOON, level="info", message=name)


def checkpoint(step: int) -> Checkpoint:
    return Checkpoint(id=f"ftchkpt-{step}", model=f"m:ckpt-step-{step}", step=step, metrics=Metrics())


def view(events: tuple[JobEvent, ...] = (), checkpoints: tuple[Checkpoint, ...] = ()) -> JobView:
    return JobView(
        status=JobStatus.RUNNING, status_word="running", created_at=NOON, events=events, checkpoints=checkpoints
    )


@pytest.mark.parametrize(
    ("metrics", "loss", "accuracy"),
    [
        (Metrics(), None, None),
        (Metrics(valid_loss=1.0, valid_mean_token_accuracy=0.5), 1.0, 0.5),
        (Metrics(full_valid_loss=2.0, full_valid_mean_token_accuracy=0.6), 2.0, 0.6),
        (Metrics(valid_loss=1.0, full_valid_loss=0.0), 0.0, None),
        (Metrics(valid_mean_token_accuracy=0.5, full_valid_mean_token_accuracy=0.0), None, 0.0),
        (Metrics(train_loss=1.0, train_mean_token_accuracy=0.5), None, None),
    ],
)
def test_a_figure_of_the_whole_validation_file_counts_before_one_of_a_batch(
    metrics: Metrics, loss: float | None, accuracy: float | None
) -> None:
    assert (metrics.validation_loss, metrics.validation_token_accuracy) == (loss, accuracy)


@pytest.mark.parametrize(
    ("started", "finished", "queued", "trained"),
    [
        (None, None, None, None),
        (NOON + timedelta(minutes=5), None, 300, None),
        (NOON + timedelta(minutes=5), NOON + timedelta(hours=2), 300, 6900),
        (NOON, NOON, 0, 0),
        (None, NOON + timedelta(hours=2), None, None),
    ],
)
def test_a_job_waits_until_it_starts_and_trains_until_it_finishes(
    started: datetime | None, finished: datetime | None, queued: float | None, trained: float | None
) -> None:
    look = view().model_copy(update={"started_at": started, "finished_at": finished})
    assert (look.queued_seconds, look.trained_seconds) == (queued, trained)


@pytest.mark.parametrize(
    ("before", "look", "after"),
    [
        (Cursor(), view(), Cursor()),
        (Cursor(event_id="e1"), view(), Cursor(event_id="e1")),
        (Cursor(event_id="e1"), view(events=(event("e2"), event("e3"))), Cursor(event_id="e3")),
        (Cursor(), view(checkpoints=(checkpoint(10), checkpoint(20))), Cursor(checkpoint_step=20)),
        (Cursor(checkpoint_step=20), view(checkpoints=(checkpoint(10),)), Cursor(checkpoint_step=20)),
        (
            Cursor(event_id="e1", checkpoint_step=10),
            view(events=(event("e2"),), checkpoints=(checkpoint(10), checkpoint(20))),
            Cursor(event_id="e2", checkpoint_step=20),
        ),
    ],
)
def test_the_cursor_moves_to_the_last_of_what_was_seen_and_never_back(
    before: Cursor, look: JobView, after: Cursor
) -> None:
    assert look.after(before) == after
