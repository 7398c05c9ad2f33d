from collections.abc import Callable

import pytest

from local.foundry.errors import Refused
from local.foundry.job_answers import show_checkpoint
from local.foundry.jobs import Options
from local.foundry.progress import PAUSING, POSTPROCESSING, QUEUE, RESUMING, VALIDATION
from local.foundry.records import JobError
from tests.local.foundry.examples import Parts, curve, job, plan

START = VALIDATION + QUEUE
TRAINED = START + 3600
END = TRAINED + POSTPROCESSING


@pytest.fixture
def begun(parts: Parts) -> Parts:
    parts.put(job())
    return parts


def status(parts: Parts, now: float, job_id: str = "ftjob-1") -> str:
    return next(known.status for known in parts.at(now) if known.id == job_id)


def test_a_job_is_pending_queued_running_and_succeeds(begun: Parts) -> None:
    moments = (VALIDATION - 1, VALIDATION, START - 1, START, END - 1, END)
    assert [status(begun, now) for now in moments] == [
        "pending", "queued", "queued", "running", "running", "succeeded",
    ]  # fmt: skip


def test_its_history_is_the_recorded_one(begun: Parts) -> None:
    begun.at(END)
    told = begun.told()
    assert told[:3] == [
        "Job enqueued. Waiting for jobs ahead to complete.",
        "Job started.",
        "Step 1: training loss=2.99",
    ]
    (done,) = begun.at(END)
    assert told[-6:] == [
        "Step 30: training loss=2.7",
        "Postprocessing started.",
        "Job succeeded.",
        "Model Evaluation Passed.",
        f"Completed results file: {done.result_file}",
        "Training tokens billed: 300",
    ]


def test_looking_often_changes_nothing(begun: Parts, make_parts: Callable[[Options], Parts]) -> None:
    for now in range(0, int(END) + 60, 37):
        begun.at(now)
    once = make_parts(Options())
    once.put(job())
    once.at(END + 60)
    assert [line for line in begun.told() if "file-" not in line] == [
        line for line in once.told() if "file-" not in line
    ]


def test_events_carry_the_moment_at_which_they_were_due(begun: Parts) -> None:
    begun.at(END + 10_000)
    with begun.store.transaction():
        moments = [event.created_at for event in begun.store.events.of("ftjob-1")]
    assert moments == sorted(moments)
    assert (moments[0], moments[1], moments[2], moments[-1]) == (VALIDATION, START, START + 120, END)


def test_checkpoints_appear_while_training_goes_on_and_three_are_kept(parts: Parts) -> None:
    parts.put(job(plan=plan(epochs=6, steps=30)))
    with parts.store.transaction():
        parts.store.curves.put(curve(steps=30, epoch=5))
    (halfway,) = parts.at(START + 1800)
    assert [checkpoint.step for checkpoint in halfway.checkpoints] == [5, 10, 15]
    (done,) = parts.at(END)
    assert [checkpoint.step for checkpoint in done.checkpoints] == [20, 25, 30]
    names = [show_checkpoint(done, checkpoint)["fine_tuned_model_checkpoint"] for checkpoint in done.checkpoints]
    assert names == [f"{done.tuned_model}:ckpt-step-20", f"{done.tuned_model}:ckpt-step-25", done.tuned_model]


def test_the_results_file_is_there_when_the_job_is_done(begun: Parts) -> None:
    (done,) = begun.at(END)
    assert done.result_file
    with begun.store.transaction():
        content = begun.files.content(done.result_file).read_text().splitlines()
    assert (len(content), content[30].split(",")[:2]) == (31, ["30", "2.7"])


def test_bad_data_fail_the_job_after_validation(parts: Parts) -> None:
    fault = JobError("jsonlValidationFailed", "line 3: missing key 'messages'", "training_file")
    parts.put(job(fault=fault))
    assert status(parts, VALIDATION - 1) == "pending"
    (failed,) = parts.at(VALIDATION)
    assert (failed.status, failed.error, failed.finished_at) == ("failed", fault, VALIDATION)
    assert parts.told() == [fault.message]


def test_a_job_waits_for_its_curve(parts: Parts) -> None:
    parts.put(job(curve_at=None))
    assert status(parts, 10 * START) == "queued"
    parts.put(job(status="queued", due_at=START, curve_at=START + 500))
    assert status(parts, START + 499) == "queued"
    assert status(parts, START + 500) == "running"


def test_a_curve_that_could_not_be_computed_fails_the_job(parts: Parts) -> None:
    with parts.store.transaction():
        parts.store.jobs.put(job())
    (failed,) = parts.at(START)
    assert failed.error
    assert failed.error.code == "internalFailure"


@pytest.mark.parametrize(("training_type", "places"), [("developerTier", 5), ("globalStandard", 3)])
def test_only_so_many_run_at_once_and_the_next_starts_when_one_ends(
    parts: Parts, training_type: str, places: int
) -> None:
    parts.put(*(job(f"ftjob-{n}", training_type=training_type) for n in range(places + 1)))
    assert [known.status for known in parts.at(START)].count("running") == places
    assert status(parts, END - 1, f"ftjob-{places}") == "queued"
    assert parts.at(10 * END)[-1].finished_at == END + (END - START)


def test_standard_and_global_share_their_places(parts: Parts) -> None:
    kinds = ("standard", "globalStandard", "datazoneStandard", "standard", "developerTier")
    parts.put(*(job(f"ftjob-{n}", training_type=kind) for n, kind in enumerate(kinds)))
    assert [known.status for known in parts.at(START)] == ["running"] * 3 + ["queued", "running"]


def test_a_pause_keeps_what_was_trained_and_leaves_a_checkpoint(begun: Parts) -> None:
    pause_at = START + 1500
    begun.at(pause_at)
    with begun.store.transaction():
        assert begun.jobs.pause("ftjob-1", pause_at).status == "pausing"
    (paused,) = begun.at(pause_at + PAUSING)
    assert (paused.status, paused.trained, paused.checkpoints[-1].step) == ("paused", 1500, 12)
    assert status(begun, pause_at + 90_000) == "paused"
    with begun.store.transaction():
        assert begun.jobs.resume("ftjob-1", 100_000).status == "resuming"
    assert status(begun, 100_000 + RESUMING) == "running"
    (done,) = begun.at(100_000 + RESUMING + 2100 + POSTPROCESSING)
    assert (done.status, done.reported) == ("succeeded", 30)
    assert [line for line in begun.told() if line.startswith("Step 12:")] == ["Step 12: training loss=2.88"]


@pytest.mark.parametrize("now", [10, START, END])
def test_only_a_job_that_has_done_a_step_can_be_paused(begun: Parts, now: float) -> None:
    begun.at(now)
    with begun.store.transaction(), pytest.raises(Refused, match="cannot be paused"):
        begun.jobs.pause("ftjob-1", now)


@pytest.mark.parametrize("now", [10, VALIDATION, START + 100])
def test_a_job_can_be_cancelled_until_it_is_over(begun: Parts, now: float) -> None:
    begun.at(now)
    with begun.store.transaction():
        assert begun.jobs.cancel("ftjob-1", now).status == "cancelled"
    assert status(begun, 10 * END) == "cancelled"
    with begun.store.transaction(), pytest.raises(Refused, match="cannot be cancelled"):
        begun.jobs.cancel("ftjob-1", now)
