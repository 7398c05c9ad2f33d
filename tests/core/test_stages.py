import pytest
from pydantic import TypeAdapter, ValidationError

from shared.core import stages
from shared.core.run import Command, Run
from shared.core.stages import Stage, Step
from tests.core.every_stage import CLASSES, DOCUMENTS, EXAMPLES, MESSAGES, STATES
from tests.report.examples import TRAINING

STAGE: TypeAdapter[Stage] = TypeAdapter(Stage)


def test_every_stage_has_a_word_of_its_own() -> None:
    assert len(set(STATES)) == len(CLASSES) == 19


@pytest.mark.parametrize("state", STATES)
def test_a_stage_is_stored_and_read_back(state: str) -> None:
    stage = EXAMPLES[state]
    assert STAGE.validate_json(STAGE.dump_json(stage)) == stage


@pytest.mark.parametrize("state", STATES)
def test_a_run_that_a_released_version_stored_is_read_and_stored_alike(state: str) -> None:
    run = Run.model_validate_json(DOCUMENTS[state])
    assert run.stage.state == state
    assert run.model_dump_json(indent=2) + "\n" == DOCUMENTS[state]


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
