import json
from collections.abc import Callable
from typing import Any

import pytest

from local.foundry.errors import Refused
from local.foundry.job_answers import show_job
from local.foundry.jobs import Options
from local.foundry.lessons import read_lessons
from local.foundry.progress import POSTPROCESSING, QUEUE, VALIDATION
from local.foundry.records import Job
from tests.local.foundry.examples import Parts, chat_file, chat_row, job, jsonl, preference_row

PYTHON = {"type": "python", "name": "p", "source": "def grade(sample, item): return 1.0"}


def create(parts: Parts, content: bytes, now: float = 100.0, **other: Any) -> Job:
    body = {
        "model": "gpt-4.1-nano",
        "training_file": parts.upload(content),
        "trainingType": "developerTier",
    } | other
    return parts.jobs.create(json.dumps(body).encode(), lambda: now)


def test_a_job_is_answered_as_recorded(parts: Parts) -> None:
    made = create(parts, chat_file(), suffix="s-1", seed=7)
    shown = show_job(made)
    hyperparameters = {"n_epochs": -1, "batch_size": -1, "learning_rate_multiplier": 0.1}
    assert shown == {
        "id": made.id,
        "created_at": 100,
        "error": None,
        "estimated_finish": 100 + QUEUE + 3600 + POSTPROCESSING,
        "fine_tuned_model": None,
        "finished_at": None,
        "hyperparameters": hyperparameters,
        "method": {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
        "model": "gpt-4.1-nano-2025-04-14",
        "object": "fine_tuning.job",
        "organization_id": None,
        "result_files": None,
        "seed": 7,
        "status": "pending",
        "suffix": "s-1",
        "trained_tokens": None,
        "training_file": made.training_file,
        "trainingType": "developerTier",
        "validation_file": None,
    }


def test_the_tuned_model_carries_base_guid_and_suffix(parts: Parts) -> None:
    made = create(parts, chat_file(), suffix="s-1")
    assert made.tuned_model == f"gpt-4.1-nano-2025-04-14.ft-{made.id.removeprefix('ftjob-')}-s-1"
    assert create(parts, chat_file()).tuned_model.count("-ft-") == 0


def test_what_is_auto_is_decided_by_the_data(parts: Parts) -> None:
    assert (made := create(parts, chat_file(40)).plan).epochs == 3
    assert (made.batch_size, made.steps) == (1, 120)


def test_given_hyperparameters_are_used_and_echoed(parts: Parts) -> None:
    given = {"n_epochs": 2, "batch_size": 16, "learning_rate_multiplier": 0.5}
    made = create(parts, chat_file(40), method={"type": "supervised", "supervised": {"hyperparameters": given}})
    assert made.hyperparameters == given
    assert (made.plan.epochs, made.plan.batch_size, made.plan.steps) == (2, 16, 6)
    assert made.plan.rate == pytest.approx(0.4)


def test_examples_outlive_their_file(parts: Parts) -> None:
    made = create(parts, chat_file(12))
    with parts.store.transaction():
        parts.files.delete(made.training_file, 200)
    assert len(read_lessons(parts.store.lessons(made.id)).training) == 12


@pytest.mark.parametrize(
    ("content", "other", "why"),
    [
        (chat_file(9), {}, "9 example(s), but must have at least 10"),
        (chat_file(), {"model": "gpt-3.5-turbo"}, "does not exist"),
        (chat_file(), {"model": "gpt-4.1-nano-2025-04-14.ft-unknown"}, "does not exist"),
        (chat_file(), {"training_file": "file-0"}, "no file 'file-0'"),
        (chat_file(), {"validation_file": "file-0"}, "no file 'file-0'"),
        (chat_file(), {"method": {"type": "dpo"}, "model": "gpt-4o-mini"}, "not supported"),
        (b"not json", {}, "must point to a completed file import; it is 'error'"),
    ],
)
def test_what_azure_refuses_makes_no_job(parts: Parts, content: bytes, other: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused) as caught:
        create(parts, content, **other)
    assert why in caught.value.message
    with parts.store.transaction():
        assert parts.store.jobs.all() == []


@pytest.mark.parametrize(
    ("rows", "other", "why"),
    [
        ([chat_row(n, note="x") for n in range(10)], {}, "line 1: contains an extra key 'note'"),
        ([chat_row(n) for n in range(10)], {"method": {"type": "dpo"}}, "contains an extra key 'messages'"),
        ([preference_row(n) for n in range(10)], {}, "contains an extra key 'input'"),
    ],
)
def test_bad_rows_fail_the_job_later_and_name_the_line(
    parts: Parts, rows: list[Any], other: dict[str, Any], why: str
) -> None:
    made = create(parts, jsonl(rows), **other)
    (failed,) = parts.at(100 + VALIDATION)
    assert failed.error
    assert (failed.status, failed.error.code, failed.error.param) == (
        "failed",
        "jsonlValidationFailed",
        "training_file",
    )
    assert why in failed.error.message
    with parts.store.transaction():
        assert made.id not in [waiting.id for waiting in parts.jobs.untrained()]


def test_images_want_a_model_that_sees(parts: Parts) -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    row = {"messages": [{"role": "user", "content": [part]}, {"role": "assistant", "content": "a cat"}]}
    assert create(parts, jsonl([row] * 10), model="gpt-4.1").fault is None
    blind = create(parts, jsonl([row] * 10)).fault
    assert blind
    assert "does not learn from images" in blind.message


def test_all_three_methods_are_taken(parts: Parts) -> None:
    assert create(parts, jsonl([preference_row(n) for n in range(10)]), method={"type": "dpo"}).fault is None
    graded = jsonl([{"messages": chat_row(n)["messages"][:1], "answer": "42"} for n in range(10)])
    reinforcement = {"type": "reinforcement", "reinforcement": {"grader": PYTHON}}
    made = create(parts, graded, model="o4-mini", method=reinforcement, validation_file=parts.upload(graded))
    assert made.fault is None
    assert made.method["reinforcement"]["grader"] == PYTHON


def test_too_many_waiting_jobs_are_refused_for_now_and_too_many_jobs_for_good(parts: Parts) -> None:
    parts.put(*(job(f"ftjob-{n}", status="queued", due_at=1e9) for n in range(20)))
    with pytest.raises(Refused, match="20 jobs are queued") as caught:
        create(parts, chat_file())
    assert (caught.value.status, caught.value.code) == (429, "tooManyRequests")
    parts.put(*(job(f"ftjob-{n}", status="cancelled") for n in range(100)))
    with pytest.raises(Refused, match="has 100 jobs") as caught:
        create(parts, chat_file())
    assert (caught.value.status, caught.value.code) == (400, "quotaExceeded")


def test_training_goes_on_from_an_earlier_model(parts: Parts) -> None:
    parts.put(earlier := job("ftjob-e", status="succeeded"))
    made = create(parts, chat_file(), model=earlier.tuned_model)
    assert (made.model, made.base) == (earlier.tuned_model, earlier.base)
    parts.put(open_source := job("ftjob-o", status="succeeded", base="Ministral-3B"))
    with pytest.raises(Refused, match="cannot be trained on"):
        create(parts, chat_file(), model=open_source.tuned_model)


def test_the_duration_follows_the_tokens_unless_it_is_forced(
    parts: Parts, make_parts: Callable[[Options], Parts]
) -> None:
    assert create(parts, chat_file()).duration == 3600
    forced = make_parts(Options(job_hours=10))
    assert create(forced, chat_file()).duration == 36_000


def test_lists_show_the_newest_first(parts: Parts) -> None:
    first, second = create(parts, chat_file()), create(parts, chat_file())
    with parts.store.transaction():
        listed = parts.jobs.list({"limit": "1"})
        assert isinstance(listed["data"], list)
        assert [shown["id"] for shown in listed["data"]] == [second.id]
        rest = parts.jobs.list({"after": second.id})["data"]
    assert isinstance(rest, list)
    assert [shown["id"] for shown in rest] == [first.id]
