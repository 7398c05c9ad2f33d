"""Samples that the service's own makers publish: they pass untouched, and what is said of them is true.

Each warning below was looked at in its rows. Counts are texts or rows.
"""

import json
from pathlib import Path

import pytest

from shared.core.grader import template_fields
from shared.core.recipe import DataOptions, Recipe
from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import Line, drop, drop_set

pytestmark = needs_corpus

FOUNDRY = "microsoft-foundry__fine-tuning"
NO_VALIDATION = {"there is no validation file; the service needs one to tune by a grader": 1}
ALIKE = "nearly equal to an example before"

UNTOUCHED: dict[str, dict[str, int]] = {
    f"{FOUNDRY}/chat_train.jsonl": {},
    "microsoft-foundry__foundry-samples/sft_training_set.jsonl": {},
    "Azure__LLM-Fine-Tuning-Azure/training_set_10samples.jsonl": {},
    "fw-ai__cookbook/food_reasoning.prefix.jsonl": {},
    f"{FOUNDRY}/stock_toolcall_training.jsonl": {
        "a reply refuses": 11,
        "a reply speaks of itself as an AI or a language model": 1,
    },
    f"{FOUNDRY}/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl": {
        "a text contains an e-mail address": 52,
        "a text contains a phone number": 3,
    },
    "Azure__LLM-Fine-Tuning-Azure/gpt4o_generated_qa_dpo_train_200_samples.jsonl": {
        "nearly equal to an example of the train file": 1,
    },
    f"{FOUNDRY}/medmcq_validation.prefix.jsonl": {ALIKE: 2, "more than a third of a text is words in capitals": 1},
    f"{FOUNDRY}/clause_matching_validation.prefix.jsonl": {
        ALIKE: 4,
        "a text contains an e-mail address": 3,
        "a text contains a phone number": 1,
        **NO_VALIDATION,
    },
    f"{FOUNDRY}/rft_train_tool.jsonl": NO_VALIDATION,
    f"{FOUNDRY}/rft_valid_tool.jsonl": NO_VALIDATION,
    "microsoft-foundry__foundry-samples/rft_training_set.jsonl": {},
    "aws-samples__amazon-bedrock-samples/bedrock_rft_validation.jsonl": {
        "a text contains characters of zero width, which nobody sees": 1,
    },
}
"""Files in the service's own formats, and what is warned of."""


def content(path: str) -> bytes:
    folder = corpus()
    assert folder
    return (folder / path).read_bytes()


def lines_of(path: str) -> list[Line]:
    return [json.loads(line) for line in content(path).split(b"\n") if line]


def in_order(lines: list[Line]) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in lines)


@pytest.mark.parametrize("path", UNTOUCHED)
def test_what_is_in_the_service_s_own_format_goes_out_as_it_came_in(path: str) -> None:
    prepared = drop(content(path), DataOptions(), Path(path).name)
    rows = prepared.report.rows
    assert prepared.report.is_accepted
    assert (rows.fixed, rows.rejected, rows.filtered, rows.duplicates) == (0, 0, 0, 0)
    assert in_order(prepared.all_lines) == in_order(lines_of(path))


@pytest.mark.parametrize("path", UNTOUCHED)
def test_nothing_is_warned_of_that_is_not_so(path: str) -> None:
    findings = drop(content(path), DataOptions(), Path(path).name).report.findings
    assert {one.message: one.count for one in findings if one.severity != "info"} == UNTOUCHED[path]


@pytest.mark.parametrize(
    ("path", "kind", "samples"),
    [
        (f"{FOUNDRY}/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl", "an e-mail address", "a***@g***.com"),
        (f"{FOUNDRY}/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl", "a phone number", "+***0"),
        (f"{FOUNDRY}/clause_matching_validation.prefix.jsonl", "an e-mail address", "l***@l***.com"),
    ],
)
def test_personal_data_is_told_by_kind_and_line_and_shown_masked(path: str, kind: str, samples: str) -> None:
    report = drop(content(path), DataOptions(), Path(path).name).report
    [found] = [one for one in report.findings if one.message == f"a text contains {kind}"]
    lines = content(path).split(b"\n")
    assert samples in found.samples
    assert found.places
    assert all(b"@" in lines[place.line - 1] or kind == "a phone number" for place in found.places)
    assert all(place.field.startswith("messages[") for place in found.places)
    for known in ("alex.miller88", "lionbiosafety", "joe_coschera", "4443332211"):
        assert known not in report.model_dump_json()


@pytest.mark.parametrize(
    ("rows", "grader", "lacking"),
    [("medmcq_validation.prefix.jsonl", "stringcheck_grader.json", 3446),
     ("clause_matching_validation.prefix.jsonl", "multi_grader.json", 0)],
)  # fmt: skip
def test_rows_without_what_the_grader_reads_are_refused(rows: str, grader: str, lacking: int) -> None:
    recipe = Recipe.model_validate({"method": "rft", "grader": json.loads(content(f"{FOUNDRY}/{grader}"))})
    assert recipe.grader
    graded = sorted(template_fields(recipe.grader))
    report = drop(content(f"{FOUNDRY}/{rows}"), recipe.data, rows, method="rft", graded=graded).report
    assert report.is_accepted == (not lacking)
    assert sum(one.count for one in report.findings if one.rule == 106) == lacking
    if lacking:
        assert "'reference_answer'" in report.reasons[0]


def test_sets_whose_files_have_other_keys_are_accepted_and_it_is_said() -> None:
    parts = {"train": "rft_train_tool.jsonl", "validation": "rft_valid_tool.jsonl"}
    prepared = drop_set({part: content(f"{FOUNDRY}/{name}") for part, name in parts.items()}, DataOptions())  # type: ignore[misc]
    assert prepared.report.is_accepted
    assert any("do not all have the same keys" in message for message in prepared.messages())
