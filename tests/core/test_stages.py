import json
from typing import Any, cast

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.core import stages
from shared.core.recipe import parse_recipe
from shared.core.run import Command, Run
from shared.core.stages import Stage, Step
from tests.core.every_stage import CLASSES, DOCUMENTS, EXAMPLES, MESSAGES, STATES
from tests.report.examples import TRAINING

STAGE: TypeAdapter[Stage] = TypeAdapter(Stage)


def test_every_stage_has_a_word_of_its_own() -> None:
    assert len(set(STATES)) == len(CLASSES) == 20


@pytest.mark.parametrize("state", STATES)
def test_a_stage_is_stored_and_read_back(state: str) -> None:
    stage = EXAMPLES[state]
    assert STAGE.validate_json(STAGE.dump_json(stage)) == stage


def test_a_plan_with_a_grader_is_stored_and_read_back() -> None:
    schema = {"type": "object", "properties": {"label": {"type": "string"}}}
    recipe = {
        "grader": {
            "type": "multi",
            "name": "both",
            "graders": {"own": {"type": "python", "name": "own", "source": "def grade(sample, item):\n    return 1"}},
            "calculate_output": "own / 2",
        },
        "response_format": {"type": "json_schema", "json_schema": {"name": "label", "schema": schema}},
        "data": {"rules": {"37": "off"}},
    }
    plan = TRAINING.plan.model_copy(update={"method": "rft", "recipe": parse_recipe(json.dumps(recipe), "r.yaml")})
    stage = TRAINING.model_copy(update={"plan": plan})
    assert STAGE.validate_json(STAGE.dump_json(stage)) == stage


@pytest.mark.parametrize("state", STATES)
def test_a_run_that_a_released_version_stored_keeps_all_it_said(state: str) -> None:
    run = Run.model_validate_json(DOCUMENTS[state])
    assert run.stage.state == state
    assert what_is_lost(json.loads(DOCUMENTS[state]), run.model_dump(mode="json")) == []


def what_is_lost(old: Any, new: Any, path: str = "run") -> list[str]:
    """The places where a document says something that the later one does not; what was added since does not count."""
    if isinstance(old, dict) and isinstance(new, dict):
        fields = cast("dict[str, Any]", old).items()
        return [lost for key, value in fields for lost in what_is_lost(value, new.get(key, "?"), f"{path}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return what_is_lost(dict(enumerate(old)), dict(enumerate(new)), path)
    return [] if old == new else [path]


def test_a_document_that_says_something_else_is_noticed() -> None:
    assert what_is_lost({"a": [{"b": 1}, 2], "c": None}, {"a": [{"b": 2}, 2], "d": 1}) == ["run.a.0.b", "run.c"]


@pytest.mark.parametrize("step", Step)
def test_a_command_that_a_released_version_sent_is_read_and_sent_alike(step: Step) -> None:
    command = Command.model_validate_json(MESSAGES[step])
    assert command.step is step
    assert command.model_dump_json(indent=2) + "\n" == MESSAGES[step]


@pytest.mark.parametrize("changes", [{"state": "dreaming"}, {"mood": "good"}, {"plan": None}, {"looks": "many"}])
def test_a_stage_that_nobody_declared_is_an_error(changes: dict[str, object]) -> None:
    document = {**TRAINING.model_dump(), **changes}
    with pytest.raises(ValidationError):
        STAGE.validate_python(document)


@pytest.mark.parametrize("stage", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_stage_does_not_change(stage: Stage) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(stage, "state", "served")  # noqa: B010  # the type checker would refuse the plain assignment


def test_another_look_counts_and_changes_what_it_is_told_to() -> None:
    once = TRAINING.once_more()
    assert once.looks == TRAINING.looks + 1
    assert once.model_copy(update={"looks": TRAINING.looks}) == TRAINING
    submitting = EXAMPLES["submitting"]
    assert isinstance(submitting, stages.Submitting)
    assert submitting.once_more(looks=0, posts=9) == submitting.model_copy(update={"looks": 0, "posts": 9})
