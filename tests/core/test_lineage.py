import pytest

from shared.core.drop import Blob, Drop, DropPart
from shared.core.lineage import Input, Lineage, lineage_of
from shared.core.run import Run
from shared.core.stages import Cancelled, Closed, Parked, Step
from tests.core.every_stage import EXAMPLES
from tests.report.examples import (
    BEGAN,
    DEPLOYMENT,
    FILES,
    JOB_ID,
    MODEL,
    PLAN,
    RECIPE,
    SERVING,
    TRAINING,
    VERDICT,
    WAYS,
    example,
    led,
)

LINKS = ("prepared", "recipe", "model", "files", "job", "tuned_model", "checkpoint", "deployment")
REACHED = {
    "received": 0,
    "scanning": 0,
    "prepared": 3,
    "held": 3,
    "uploading": 3,
    "uploaded": 4,
    "ready": 4,
    "submitting": 4,
    "training": 5,
    "paused": 5,
    "trained": 6,
    "accepted": 7,
    "deploying": 8,
    "serving": 8,
    "parked": 3,
    "rejected": 0,
    "refused by the gate": 6,
    "failed": 5,
    "cancelled": 3,
    "expired": 8,
    "closed": 8,
}
"""How many links of the chain there are at each stage, or were at the one before the end."""


@pytest.mark.parametrize("way", WAYS)
def test_the_chain_is_as_long_as_the_run_came(way: str) -> None:
    lineage = lineage_of(example(way))
    links = [bool(getattr(lineage, link)) for link in LINKS]
    assert links == [True] * REACHED[way] + [False] * (len(LINKS) - REACHED[way])


def test_the_chain_goes_from_the_dropped_bytes_to_the_deployment() -> None:
    run = example("serving")
    [part] = run.drop.parts
    chosen = VERDICT.chosen
    assert chosen is not None
    assert lineage_of(run) == Lineage(
        run_id=run.id,
        family=run.family,
        container="datasets",
        inputs={part.blob.name: Input(etag=part.blob.etag, sha256=PLAN.inputs[part.blob.name])},
        origin=RECIPE.data.origin,
        prepared={"train.jsonl": "1c" * 32, "validation.jsonl": "2d" * 32, "test.jsonl": "3e" * 32},
        recipe=RECIPE.model_dump(),
        model="gpt-4.1-nano-2025-04-14",
        method="sft",
        files={"training": FILES.training, "validation": FILES.validation},
        job=JOB_ID,
        tuned_model=MODEL,
        checkpoint=chosen.id,
        deployment=DEPLOYMENT.name,
        outcome="serving",
    )


def test_an_end_keeps_the_chain_that_led_to_it() -> None:
    serving, expired, closed = (lineage_of(example(way)) for way in ("serving", "expired", "closed"))
    assert expired == serving.model_copy(update={"outcome": "expired"})
    assert closed == expired
    parked = lineage_of(led([Parked(step=Step.WATCH, reason="403", before=TRAINING)]))
    assert (parked.job, parked.outcome) == (JOB_ID, "parked")
    cancelled = lineage_of(led([Closed(outcome=Cancelled(reason="cancelled by ada", before=SERVING))]))
    assert (cancelled.deployment, cancelled.outcome) == (DEPLOYMENT.name, "cancelled")


def test_a_file_that_there_was_not_is_no_link() -> None:
    plan = PLAN.model_copy(update={"validation": None, "test": None})
    lineage = lineage_of(led([EXAMPLES["prepared"].model_copy(update={"plan": plan})]))
    assert lineage.prepared == {"train.jsonl": "1c" * 32}


def test_every_blob_of_a_set_is_an_input_and_one_that_was_not_read_has_no_hash() -> None:
    blobs = [Blob(name=f"support/autumn/{base}", etag=base, size=1) for base in ("recipe.yaml", "train.jsonl")]
    parts = tuple(DropPart(part=part, blob=blob) for part, blob in zip(("recipe", "train"), blobs, strict=True))
    drop = Drop(container="datasets", name="support/autumn", recipe="support", parts=parts)
    plan = PLAN.model_copy(update={"inputs": {"support/autumn/train.jsonl": "ab" * 32}})
    run = Run.begin(drop, BEGAN).moved_to(EXAMPLES["prepared"].model_copy(update={"plan": plan}), BEGAN)
    assert lineage_of(run).inputs == {
        "support/autumn/recipe.yaml": Input(etag="recipe.yaml", sha256=None),
        "support/autumn/train.jsonl": Input(etag="train.jsonl", sha256="ab" * 32),
    }


def test_the_chain_is_stored_and_read_back() -> None:
    lineage = lineage_of(example("closed"))
    stored = Lineage.model_validate_json(lineage.model_dump_json())
    assert stored.model_dump(mode="json") == lineage.model_dump(mode="json")
