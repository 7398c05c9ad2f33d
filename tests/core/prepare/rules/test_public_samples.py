"""Samples that Microsoft publishes break no rule, and what Together's validator rejects is not accepted here."""

import json
from functools import cache
from pathlib import Path

import pytest

from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import Prepared, drop

pytestmark = needs_corpus

SAMPLES = [
    "Azure__LLM-Fine-Tuning-Azure/gpt4o_generated_qa_dpo_train_200_samples.jsonl",
    "Azure__LLM-Fine-Tuning-Azure/training_set_10samples.jsonl",
    "microsoft-foundry__fine-tuning/chat_train.jsonl",
    "microsoft-foundry__fine-tuning/clause_matching_validation.prefix.jsonl",
    "microsoft-foundry__fine-tuning/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl",
    "microsoft-foundry__fine-tuning/medmcq_validation.prefix.jsonl",
    "microsoft-foundry__fine-tuning/rft_train_tool.jsonl",
    "microsoft-foundry__fine-tuning/rft_valid_tool.jsonl",
    "microsoft-foundry__fine-tuning/stock_toolcall_training.jsonl",
    "microsoft-foundry__foundry-samples/rft_training_set.jsonl",
    "microsoft-foundry__foundry-samples/sft_training_set.jsonl",
]

TOGETHER = "togethercomputer__together-python"
STRICTER: dict[str, int] = {
    "jsonl_valid_conversational_multimodal_single_turn.jsonl": 62,  # its images are three dots
    "jsonl_valid_general.jsonl": 11,  # raw text, which the service does not train on
    "csv_valid_general.csv": 11,
}
"""The rule by which we reject rows that Together takes; its reason says what they are."""


def told(prepared: Prepared) -> list[tuple[str, int | None, str]]:
    return [(each.severity, each.rule, each.message) for each in prepared.report.findings]


@pytest.mark.parametrize("path", SAMPLES)
def test_a_sample_of_microsoft_is_neither_rejected_nor_repaired_nor_warned_of(path: str) -> None:
    folder = corpus()
    assert folder
    prepared = drop((folder / path).read_bytes(), name=Path(path).name)
    severe = [each for each in told(prepared) if each[0] != "info"]
    assert [rule for _, rule, _ in severe] in ([], [101])  # which a single file of problems, unsplit, does break
    assert prepared.report.rows.kept == prepared.report.rows.read


@cache
def verdicts() -> dict[str, str]:
    """Together's, by file; none without the public datasets."""
    folder = corpus()
    return json.loads((folder / TOGETHER / "EXPECTED.json").read_text()) if folder else {}


def rows_of(name: str) -> Prepared:
    folder = corpus()
    assert folder
    return drop((folder / TOGETHER / name).read_bytes(), name=name, method="sft")


@pytest.mark.parametrize("name", [name for name, verdict in verdicts().items() if verdict == "reject"])
def test_what_together_rejects_is_rejected(name: str) -> None:
    prepared = rows_of(name)
    assert len(prepared.training) < max(prepared.report.rows.read, 1), "every row was taken"


@pytest.mark.parametrize("name", [name for name, verdict in verdicts().items() if verdict == "accept"])
def test_what_together_takes_is_taken_or_the_rule_is_named(name: str) -> None:
    prepared = rows_of(name)
    rejecting = {rule for severity, rule, _ in told(prepared) if severity in {"reject", "error"}}
    assert rejecting == ({STRICTER[name]} if name in STRICTER else set())
    assert len(prepared.training) == (0 if name in STRICTER else prepared.report.rows.read)
