"""What a grader may be. The places of faults, and the rest of a recipe, are tested in `test_recipe`."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.core.errors import RecipeInvalid
from shared.core.grader import Grader, StringCheck, judges, sample_fields, template_fields
from shared.core.recipe import parse_recipe
from tests.core.prepare.corpus import corpus, needs_corpus

GRADER: TypeAdapter[Grader] = TypeAdapter(Grader)

CHECK: dict[str, Any] = {
    "type": "string_check",
    "name": "right",
    "input": "{{sample.output_text}}",
    "reference": "{{item.label}}",
    "operation": "eq",
}
ALIKE = {**CHECK, "type": "text_similarity", "evaluation_metric": "rouge_l", "operation": None}
ALIKE.pop("operation")
ASK = {"role": "user", "content": "Is {{sample.output_json.city}} the capital of {{item.country.name}}?"}
JUDGE: dict[str, Any] = {"type": "score_model", "name": "judge", "model": "gpt-4o-2024-08-06", "input": [ASK]}
PROGRAM: dict[str, Any] = {"type": "python", "name": "own", "source": "def grade(sample, item):\n    return 1.0\n"}
MULTI: dict[str, Any] = {
    "type": "multi",
    "name": "both",
    "graders": {"exact": CHECK, "alike": ALIKE, "judged": JUDGE, "own": PROGRAM},
    "calculate_output": "max(exact, (alike + judged) / 2, own)",
}


def faults_of(grader: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(RecipeInvalid) as refusal:
        parse_recipe(f"grader: {json.dumps(grader)}", "r.yaml")
    return tuple(fault.removeprefix("r.yaml: grader") for fault in refusal.value.faults)


@pytest.mark.parametrize(
    "grader",
    [
        CHECK,
        *({**CHECK, "operation": operation} for operation in ("ne", "like", "ilike")),
        {**CHECK, "input": "{{item.label}}", "reference": "{{sample.output_text}}"},
        {**CHECK, "pass_threshold": 1},
        ALIKE,
        {**ALIKE, "pass_threshold": 0.65},
        JUDGE,
        {**JUDGE, "range": [0, 5], "pass_threshold": 5},
        {**JUDGE, "sampling_params": {"seed": 42, "temperature": 0, "max_completions_tokens": 200}},
        PROGRAM,
        {**PROGRAM, "image_tag": "2025-05-08"},
        MULTI,
    ],
    ids=lambda grader: grader["type"],
)
def test_a_grader_is_sent_as_it_was_written(grader: dict[str, Any]) -> None:
    read = GRADER.validate_json(json.dumps(grader))
    assert GRADER.dump_python(read, mode="json", exclude_unset=True) == grader
    assert GRADER.validate_json(GRADER.dump_json(read)) == read


@pytest.mark.parametrize(
    ("grader", "fault"),
    [
        ({**CHECK, "type": "label_model"}, ".type: found 'label_model'; expected multi, python, score_model, "),
        ({**CHECK, "type": "endpoint"}, ".type: found 'endpoint'; expected multi, python, "),
        ({**CHECK, "name": ""}, ".name: found ''; expected text that is not empty"),
        ({**CHECK, "operation": "is"}, ".operation: found 'is'; expected eq, ne, like or ilike"),
        ({**CHECK, "metric": "bleu"}, ".metric: unknown key (known: name, pass_threshold, input, reference, "),
        (
            {**CHECK, "reference": "{{label}}"},
            ".reference: found {{label}}; expected a field of the row or of the answer",
        ),
        (
            {**CHECK, "input": "{{item.a}}"},
            ": found nothing of the model's answer; expected {{sample.output_text}} or ",
        ),
        ({**CHECK, "pass_threshold": 1.5}, ": pass_threshold: found 1.5; expected a score from 0 to 1"),
        ({**ALIKE, "evaluation_metric": "cosine"}, ".evaluation_metric: found 'cosine'; expected fuzzy_match, bleu, "),
        ({**JUDGE, "model": ""}, ".model: found ''; expected text that is not empty"),
        ({**JUDGE, "input": []}, ".input: found an empty list; expected a list of keys and values"),
        ({**JUDGE, "input": [{"role": "user", "content": "Is it?"}]}, ": found nothing of the model's answer; "),
        ({**JUDGE, "input": [{**ASK, "role": "tool"}]}, ".input.0.role: found 'tool'; expected system, developer, "),
        ({**JUDGE, "range": [1, 0]}, ".range: found 1 to 0; expected a lower and a higher score"),
        ({**JUDGE, "range": [1]}, ".range: found nothing; expected a list of a number and a number"),
        ({**JUDGE, "range": [0, 5], "pass_threshold": 6}, ": pass_threshold: found 6; expected a score from 0 to 5"),
        ({**JUDGE, "sampling_params": {"top_p": 2}}, ".sampling_params.top_p: found 2; expected a number from 0 to 1"),
        ({**MULTI, "graders": {}}, ".graders: found no keys; expected keys and values"),
        (
            {**MULTI, "graders": {"a-b": CHECK}},
            ".graders.a-b: found the key 'a-b'; expected a name that a formula can use",
        ),
        ({**MULTI, "graders": {"a": MULTI}}, ".graders.a.type: found 'multi'; expected python, score_model, "),
        ({**MULTI, "graders": {"a": {**CHECK, "operation": 1}}}, ".graders.a.operation: found 1; expected eq, ne, "),
        (
            {**MULTI, "calculate_output": "exakt"},
            ".calculate_output: found the name 'exakt'; known here: exact, alike, ",
        ),
        ({**MULTI, "calculate_output": "1" * 2_001}, ".calculate_output: found '1"),
    ],
)
def test_a_fault_of_a_grader_is_named(grader: dict[str, Any], fault: str) -> None:
    assert faults_of(grader)[0].startswith(fault)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy\n\ndef grade(sample, item):\n    return numpy.mean([1])",
        "def grade(sample, item, /) -> float:\n    return 0",
        "def grade(*of):\n    return 0",
        "def grade(sample, item=None, *, strict=True):\n    return 0",
        'import re\n\ndef grade(sample, item):\n    return float(bool(re.search("\\d", sample["output_text"])))',
        "raise SystemExit\n\ndef grade(sample, item):\n    return 0",
    ],
)
def test_a_program_that_defines_grade_is_taken_and_not_run(source: str) -> None:
    assert GRADER.validate_python({**PROGRAM, "source": source})


MISSING = ".source: found no function grade(sample, item) at the top level of the program"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = 1", MISSING),
        ("def grade(sample):\n    return 1", MISSING),
        ("def grade(sample, item, strict):\n    return 1", MISSING),
        ("def grade(sample, item, *, strict):\n    return 1", MISSING),
        ("async def grade(sample, item):\n    return 1", MISSING),
        ("class Judge:\n    def grade(sample, item):\n        return 1", MISSING),
        ("def grade(sample, item):\nreturn 1", ".source: found no Python program: line 2: expected an indented block"),
        ("return 1", ".source: found no Python program: line 1: 'return' outside function"),
        ("x\x00", ".source: found no Python program"),
        ("x = " + "(" * 5_000, ".source: found no Python program"),
        ("x = " + "-" * 200_000 + "1", ".source: found no Python program that can be compiled"),
        ("#" * 262_145, ".source: found 262,145 bytes; at most 262,144 are taken"),
    ],
)
def test_a_program_that_cannot_grade_is_refused(source: str, fault: str) -> None:
    assert faults_of({**PROGRAM, "source": source})[0].startswith(fault)


def test_a_program_of_the_greatest_size_is_taken() -> None:
    source = PROGRAM["source"]
    assert GRADER.validate_python({**PROGRAM, "source": source + "#" * (262_144 - len(source))})


@pytest.mark.parametrize(
    ("grader", "item", "sample", "models"),
    [
        (CHECK, {"label"}, {"output_text"}, set()),
        (JUDGE, {"country.name"}, {"output_json.city"}, {"gpt-4o-2024-08-06"}),
        (PROGRAM, set(), set(), set()),
        (MULTI, {"label", "country.name"}, {"output_text", "output_json.city"}, {"gpt-4o-2024-08-06"}),
    ],
    ids=lambda grader: grader["type"] if isinstance(grader, dict) else "",
)
def test_a_grader_tells_what_it_reads_and_whom_it_asks(
    grader: dict[str, Any], item: set[str], sample: set[str], models: set[str]
) -> None:
    read = GRADER.validate_json(json.dumps(grader))
    assert (template_fields(read), sample_fields(read), judges(read)) == (item, sample, models)


def test_a_value_that_json_has_not_is_no_score() -> None:
    with pytest.raises(ValidationError):
        GRADER.validate_python({**CHECK, "pass_threshold": float("nan")})


@needs_corpus
@pytest.mark.parametrize(
    ("name", "fields"),
    [("stringcheck_grader.json", {"reference_answer"}), ("multi_grader.json", {"extracted_text", "clause_type"})],
)
def test_microsofts_own_graders_are_taken(name: str, fields: set[str]) -> None:
    folder = corpus()
    assert folder is not None
    text = (folder / "microsoft-foundry__fine-tuning" / name).read_text(encoding="utf-8")
    grader = parse_recipe(f"grader: {text}", name).grader
    assert grader is not None
    assert template_fields(grader) == fields


CITY = {"city": {"name": "Bern"}, "year": 1848, "flags": [True]}


@pytest.mark.parametrize(
    ("operation", "reference", "answer", "rewarded"),
    [
        ("eq", "{{item.city.name}}", "Bern", True),
        ("eq", "{{ item.city.name }}", "bern", False),
        ("ne", "{{item.city.name}}", "", True),
        ("like", "{{item.city.name}}", "It is Bern.", True),
        ("like", "{{item.city.name}}", "It is BERN.", False),
        ("ilike", "{{item.city.name}}", "It is BERN.", True),
        ("eq", "{{item.year}}", "1848", True),
        ("eq", "{{item.city.name}}, {{item.year}}", "Bern, 1848", True),
        ("eq", "{{item.flags}}", "Bern", None),
        ("eq", "{{item.flags[0]}}", "true", None),
        ("eq", "{{item.lake}}", "Bern", None),
        ("eq", "{{sample.output_json.city}}", "Bern", None),
    ],
)
def test_what_a_comparison_rewards_is_told_where_it_can_be(
    operation: str, reference: str, answer: str, *, rewarded: bool | None
) -> None:
    texts = {"input": "{{sample.output_text}}", "reference": reference}
    grader = StringCheck.model_validate({"type": "string_check", "name": "same", "operation": operation, **texts})
    assert grader.rewards(answer, CITY) is rewarded
