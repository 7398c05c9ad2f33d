from typing import Any

import pytest

from local.foundry.errors import Refused
from local.foundry.grader_rules import read_grader, reference_of

CHECK = {
    "type": "string_check",
    "name": "c",
    "input": "{{sample.output_text}}",
    "reference": "{{item.a}}",
    "operation": "eq",
}
SIMILAR = {"type": "text_similarity", "name": "s", "input": "x", "reference": "y", "evaluation_metric": "bleu"}
PYTHON = {"type": "python", "name": "p", "source": "def grade(sample, item):\n    return 1.0\n"}
MULTI = {"type": "multi", "name": "m", "graders": {"a": CHECK, "b": PYTHON}, "calculate_output": "a + b"}


@pytest.mark.parametrize("grader", [CHECK, SIMILAR, PYTHON, MULTI])
def test_documented_graders_are_taken(grader: dict[str, Any]) -> None:
    assert read_grader(grader)


@pytest.mark.parametrize(
    "grader",
    [
        None,
        CHECK | {"type": "label_model"},
        CHECK | {"operation": "equals"},
        {key: value for key, value in CHECK.items() if key != "name"},
        SIMILAR | {"evaluation_metric": "cosine"},
        PYTHON | {"source": "print(1)"},
        PYTHON | {"source": "def grade(sample, item): ..." + " " * 300_000},
        MULTI | {"graders": {}},
        MULTI | {"graders": {"a": PYTHON | {"source": "1"}}},
    ],
)
def test_what_is_no_grader_is_refused(grader: object) -> None:
    with pytest.raises(Refused):
        read_grader(grader)


def test_the_reference_is_the_field_that_the_grader_names() -> None:
    row = {"messages": [], "b": "no", "a": "yes"}
    assert reference_of(CHECK, row) == "yes"
    assert reference_of({"type": "python"}, row) == "no"
    assert reference_of(CHECK, {"messages": [], "a": [1, 2]}) == "[1,2]"
    assert reference_of(CHECK, {"messages": []}) == ""
