"""Which of a job's steps are computed, and which of those an event tells of."""

from typing import NamedTuple

from local.foundry.records import Plan

MOST_STEPS = 1_500
TELL_EVERY = 10  # recorded: "Step 8250", "Step 8240", ... (microsoft-foundry/fine-tuning notebooks, Jan 2026)
FEW_STEPS = 100  # a job this short tells of each of them
TARGET_EPOCHS, FEW_EXAMPLES, MANY_EXAMPLES, MOST_EPOCHS = 3, 100, 25_000, 25
LARGEST_BATCH = 256


class Step(NamedTuple):
    """A step that is computed."""

    number: int  #: from 1
    ends_epoch: bool
    told: bool  #: by an event


def schedule(plan: Plan) -> list[Step]:
    """The steps to compute: all, or every n-th of a long job, and always those that end an epoch."""
    stride = -(-plan.steps // MOST_STEPS)
    epoch = plan.steps // plan.epochs
    every = 1 if plan.steps < FEW_STEPS else TELL_EVERY * stride
    chosen = [n for n in range(1, plan.steps + 1) if n % stride == 0 or n % epoch == 0]
    return [Step(n, n % epoch == 0, n % every == 0 or n % epoch == 0) for n in chosen]


def auto_epochs(examples: int) -> int:
    """What auto means for n_epochs; Azure's rule is unpublished, this is the OpenAI cookbook's guess (2026)."""
    if examples * TARGET_EPOCHS < FEW_EXAMPLES:
        return min(MOST_EPOCHS, -(-FEW_EXAMPLES // examples))
    if examples * TARGET_EPOCHS > MANY_EXAMPLES:
        return max(1, MANY_EXAMPLES // examples)
    return TARGET_EPOCHS


def auto_batch(examples: int) -> int:
    """What auto means for batch_size: 0.2 % of the examples, at most 256 (azure-ai-docs, portal page, 2026)."""
    return max(1, min(LARGEST_BATCH, round(examples * 0.002)))
