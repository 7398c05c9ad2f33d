import pytest

from shared.core import stages
from shared.core.notices import MOST_LINES, Message, message_for
from shared.core.stages import Stage, Step
from tests.core.every_stage import EXAMPLES, STATES
from tests.report.examples import (
    ACCEPTED,
    CANCELLED,
    DEPLOYING,
    FAILED,
    HELD,
    JOB,
    JOB_ID,
    MODEL,
    PARKED,
    PAUSED,
    PLAN,
    PREPARED,
    READY,
    RECEIVED,
    REJECTED,
    SERVING,
    SUBMITTING,
    TRAINED,
    TRAINING,
    VERDICT,
)

DROP = "support/helpsteer.jsonl"
REMINDED = SERVING.model_copy(update={"reminded": True})


def told(before: Stage, after: Stage) -> Message:
    message = message_for(DROP, before, after)
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("before", "after", "kind", "mood", "title"),
    [
        (RECEIVED, PREPARED, "received", "neutral", f"{DROP} was received and checked"),
        (SUBMITTING, TRAINING, "submitted", "neutral", f"{DROP} is in training"),
        (TRAINING, TRAINED, "trained", "good", f"{DROP} is trained"),
        (TRAINED, ACCEPTED, "gate", "good", f"{DROP} passed the training gate"),
        (DEPLOYING, SERVING, "served", "good", f"{DROP} is served"),
        (SERVING, REMINDED, "expiring", "attention", f"{DROP} will soon no longer be served"),
        (PREPARED, HELD, "held", "attention", f"{DROP} waits for approval"),
        (TRAINING, PAUSED, "paused", "attention", f"{DROP}: training is paused"),
        (PREPARED, PARKED, "parked", "bad", f"{DROP} is stuck at submit"),
        (RECEIVED, REJECTED, "rejected", "bad", f"{DROP} was rejected: it cannot be trained on"),
        (TRAINING, FAILED, "failed", "bad", f"{DROP} failed at watch"),
        (HELD, CANCELLED, "cancelled", "neutral", f"{DROP} was cancelled"),
        (SERVING, EXAMPLES["expired"], "expired", "neutral", f"{DROP} is no longer served"),
    ],
)
def test_a_move_that_matters_is_told(before: Stage, after: Stage, kind: str, mood: str, title: str) -> None:
    message = told(before, after)
    assert (message.kind, message.mood, message.title) == (kind, mood, title)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HELD, PREPARED),  # they approved it themselves
        (PREPARED, EXAMPLES["uploading"]),
        (EXAMPLES["uploading"], EXAMPLES["uploaded"]),
        (EXAMPLES["uploaded"], READY),
        (READY, SUBMITTING),
        (PAUSED, TRAINING),
        (PARKED, TRAINING),
        (ACCEPTED, DEPLOYING),
        (DEPLOYING, ACCEPTED.model_copy(update={"tries": 2})),
        (EXAMPLES["expired"], EXAMPLES["closed"]),
    ],
)
def test_a_move_within_the_house_is_not_told(before: Stage, after: Stage) -> None:
    assert message_for(DROP, before, after) is None


@pytest.mark.parametrize("state", STATES)
def test_staying_is_not_told(state: str) -> None:
    assert message_for(DROP, EXAMPLES[state], EXAMPLES[state]) is None


@pytest.mark.parametrize(
    ("by", "title"),
    [
        ("recipe", f"{DROP} was rejected: its recipe cannot be followed"),
        ("dataset", f"{DROP} was rejected: it cannot be trained on"),
        ("budget", f"{DROP} was rejected: it would cost too much"),
        ("training gate", f"{DROP} did not pass the training gate"),
    ],
)
def test_a_rejection_says_by_what(by: str, title: str) -> None:
    assert told(RECEIVED, REJECTED.model_copy(update={"by": by})).title == title


def test_people_are_reminded_once() -> None:
    assert message_for(DROP, REMINDED, REMINDED.once_more()) is None
    assert message_for(DROP, SERVING, SERVING.once_more()) is None


PLAN_FACTS = {
    "Model": "gpt-4.1-nano-2025-04-14",
    "Method": "supervised fine-tuning (sft)",
    "Training examples": "14,221",
    "Validation examples": "1,790",
    "Test examples": "1,803",
    "Training tokens": "about 4,812,400",
}


def test_what_was_received_is_counted() -> None:
    assert told(RECEIVED, PREPARED).facts == PLAN_FACTS
    alone = PLAN.model_copy(update={"validation": None, "test": None})
    facts = told(RECEIVED, stages.Prepared(plan=alone)).facts
    assert list(facts) == ["Model", "Method", "Training examples", "Training tokens"]


def test_a_repaired_dataset_is_offered_once() -> None:
    plan = PLAN.model_copy(update={"corrected": "corrected.jsonl"})
    received = told(RECEIVED, stages.Prepared(plan=plan))
    assert received.facts["Repaired dataset"] == "corrected.jsonl, on the run's page"
    submitted = told(SUBMITTING, TRAINING.model_copy(update={"plan": plan}))
    assert "Repaired dataset" not in submitted.facts


def test_what_is_trained_is_priced() -> None:
    assert told(SUBMITTING, TRAINING).facts == {"Job": JOB_ID, **PLAN_FACTS, "Estimated cost": "$21.66 (3 epochs)"}


def test_an_estimate_says_what_it_assumes_and_what_it_does_not_know() -> None:
    vague = PLAN.estimate.model_copy(update={"usd": None, "epochs_assumed": True})
    held = stages.Held(plan=PLAN.model_copy(update={"estimate": vague}))
    assert told(PREPARED, held).facts == {"Estimated cost": "no price known (3 epochs assumed)"}


@pytest.mark.parametrize(
    ("price", "words"),
    [(100.0, "$100.00 an hour, hours not known beforehand"), (None, "by the hour, no price known")],
)
def test_what_is_paid_by_the_hour_says_so(price: float | None, words: str) -> None:
    hourly = PLAN.estimate.model_copy(update={"usd": None, "usd_per_hour": price, "usd_at_most": 5_000})
    held = HELD.model_copy(update={"plan": PLAN.model_copy(update={"estimate": hourly})})
    assert told(PREPARED, held).facts == {"Cost": f"{words}; the service pauses the job at $5,000.00"}


def test_hours_that_were_billed_are_told() -> None:
    paid = TRAINED.model_copy(
        update={"job": TRAINED.job.model_copy(update={"hours_billed": 2.5, "tokens_billed": None})}
    )
    facts = told(TRAINING, paid).facts
    assert facts["Hours billed"] == "2.50"
    assert "Tokens billed" not in facts


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 min"), (3569, "59 min"), (3599, "1 h 00 min"), (11_400, "3 h 10 min")]
)
def test_a_job_is_told_with_how_long_it_took(seconds: float, words: str) -> None:
    job = JOB.model_copy(update={"queued_seconds": seconds})
    facts = told(TRAINING, TRAINED.model_copy(update={"job": job})).facts
    assert facts == {
        "Model": MODEL,
        "Checkpoints": "3",
        "In the queue": words,
        "In training": "3 h 10 min",
        "Tokens billed": "14,437,200",
    }


def test_what_the_service_did_not_say_of_a_job_is_left_out() -> None:
    bare = JOB.model_copy(update={"queued_seconds": None, "trained_seconds": None, "tokens_billed": None})
    assert list(told(TRAINING, TRAINED.model_copy(update={"job": bare})).facts) == ["Model", "Checkpoints"]


def test_a_served_model_is_told_with_its_end() -> None:
    facts = told(DEPLOYING, SERVING).facts
    assert facts["Deployment"] == SERVING.deployment.name
    assert facts["Until"] == f"{SERVING.expires_at:%Y-%m-%d %H:%M} UTC"
    assert told(SERVING, REMINDED).facts == facts


def test_reasons_are_told_as_they_are() -> None:
    assert told(RECEIVED, REJECTED).lines == REJECTED.reasons
    assert told(TRAINING, FAILED).lines == (FAILED.reason,)
    assert told(HELD, CANCELLED).lines == (CANCELLED.reason,)
    assert told(PREPARED, PARKED).lines[0] == PARKED.reason
    assert told(TRAINED, ACCEPTED).lines == VERDICT.reasons


def test_many_reasons_are_cut_and_counted() -> None:
    many = REJECTED.model_copy(update={"reasons": tuple(f"row {n}" for n in range(20))})
    lines = told(RECEIVED, many).lines
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "and 12 more: see the run's page"
    exactly = REJECTED.model_copy(update={"reasons": many.reasons[:MOST_LINES]})
    assert told(RECEIVED, exactly).lines == exactly.reasons


def test_a_reason_of_many_lines_counts_as_many() -> None:
    failed = stages.Failed(step=Step.WATCH, reason="\n".join(f"line {n}" for n in range(9)), before=TRAINING)
    assert told(TRAINING, failed).lines[-1] == "and 1 more: see the run's page"


@pytest.mark.parametrize("state", STATES)
def test_no_move_tells_what_stands_in_a_system_prompt(state: str) -> None:
    assert "You help customers" in PREPARED.model_dump_json()
    messages = [message_for(DROP, before, EXAMPLES[state]) for before in EXAMPLES.values()]
    assert all("You help customers" not in message.model_dump_json() for message in messages if message)
