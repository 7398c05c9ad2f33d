"""How a job's measurements are told: in events, in checkpoints, and in the results file."""

import csv
import io
from collections.abc import Sequence

from local.foundry.records import Point

# foundry/openai fine-tuning-rest.md. Events and checkpoints say valid_mean_token_accuracy, the file says this.
_FILE_NAMES = {"valid_mean_token_accuracy": "validation_mean_token_accuracy"}
# DPO: unpublished, so only what is measured. RFT: microsoft/azure-skills training-curves.md, Aug 2026.
COLUMNS = {
    "supervised": (
        "train_loss",
        "train_mean_token_accuracy",
        "valid_loss",
        "valid_mean_token_accuracy",
        "full_valid_loss",
        "full_valid_mean_token_accuracy",
    ),
    "dpo": ("train_loss", "valid_loss", "full_valid_loss"),
    "reinforcement": (
        "train_mean_reward",
        "full_valid_mean_reward",
        "completion_tokens_mean",
        "reasoning_tokens_mean",
        "mean_unresponsive_rewards",
        "train_sample_parse_error_count",
        "train_other_error_count",
    ),
}


def results_file(method: str, points: Sequence[Point]) -> bytes:
    """The CSV, a row for each point; a cell is empty where nothing was measured."""
    columns = COLUMNS[method]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["step", *(_FILE_NAMES.get(column, column) for column in columns)])
    for point in points:
        table.writerow([point.step, *(point.metrics.get(column, "") for column in columns)])
    return text.getvalue().encode()


def message(point: Point) -> str:
    """The recorded words; those of reinforcement are not recorded."""
    if "train_loss" in point.metrics:
        return f"Step {point.step}: training loss={point.metrics['train_loss']:.6g}"
    return f"Step {point.step}: mean reward={point.metrics['train_mean_reward']:.6g}"


def event_data(point: Point) -> dict[str, object]:
    """An event's `data`: flat for losses, nested for rewards (reinforcement-fine-tuning.md, Oct 2026)."""
    metrics = point.metrics
    if "train_loss" in metrics:
        return {"step": point.step, **metrics}
    scores = {"train_reward_mean": metrics["train_mean_reward"]}
    if "full_valid_mean_reward" in metrics:
        scores["valid_reward_mean"] = metrics["full_valid_mean_reward"]
    return {
        "step": point.step,
        "scores": scores,
        "usage": {"samples": {"train_reasoning_tokens_mean": metrics["completion_tokens_mean"]}},
        "errors": {"graders": {}},
    }
