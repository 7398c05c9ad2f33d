import datetime as dt
import json
from typing import Any

import pytest

from local.foundry.errors import Refused
from local.foundry.job_rules import (
    JobRequest,
    check_model,
    check_pausable,
    check_request,
    read_request,
    read_training_type,
)
from local.foundry.models import Model, catalogue

TODAY = dt.date(2026, 11, 24)


def request(**other: Any) -> JobRequest:
    body = {"model": "gpt-4.1", "training_file": "file-1", "trainingType": "globalStandard"} | other
    return read_request(json.dumps(body).encode())


def model(name: str) -> Model:
    found = catalogue().find(name)
    assert found
    return found


def supervised(**hyperparameters: Any) -> dict[str, Any]:
    return {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"method": supervised(n_epochs=3, batch_size=256, learning_rate_multiplier=0.1)},
        {"method": supervised(n_epochs="auto")},
        {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}},
        {"hyperparameters": {"n_epochs": 2}},
        {"seed": 7, "metadata": {"run": "1"}, "suffix": "a-suffix_1"},
    ],
)
def test_good_requests_pass(other: dict[str, Any]) -> None:
    check_request(request(**other), suffix_limit=40)


@pytest.mark.parametrize(
    ("other", "param"),
    [
        ({"model": None}, "model"),
        ({"method": supervised(n_epochs=0)}, "method.supervised.hyperparameters.n_epochs"),
        ({"method": supervised(n_epochs=51)}, "method.supervised.hyperparameters.n_epochs"),
        ({"method": supervised(batch_size=257)}, "method.supervised.hyperparameters.batch_size"),
        (
            {"method": supervised(learning_rate_multiplier=0)},
            "method.supervised.hyperparameters.learning_rate_multiplier",
        ),
        ({"method": supervised(l2_multiplier=0.1)}, "method.supervised.hyperparameters"),
        ({"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": -1}}}}, "method.dpo.hyperparameters.beta"),
        ({"seed": -1}, "seed"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata"),
        ({"metadata": {str(n): "v" for n in range(17)}}, "metadata"),
    ],
)
def test_bad_values_are_refused_and_named(other: dict[str, Any], param: str) -> None:
    with pytest.raises(Refused) as caught:
        request(**other)
    assert (caught.value.status, caught.value.code) == (400, "invalidPayload")
    assert (caught.value.param or "").startswith(param)


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(Refused, match="unknown field `n_epochs`"):
        request(n_epochs=3)


@pytest.mark.parametrize("suffix", ["", "with.dot", "with space", "ümlaut", "x" * 41])
def test_a_suffix_has_rules(suffix: str) -> None:
    with pytest.raises(Refused, match="suffix"):
        check_request(request(suffix=suffix), suffix_limit=40)


@pytest.mark.parametrize(("length", "limit"), [(65, 100), (19, 18)])
def test_the_longest_suffix_is_a_choice_below_64(length: int, limit: int) -> None:
    with pytest.raises(Refused, match=f"at most {min(limit, 64)}"):
        check_request(request(suffix="x" * length), suffix_limit=limit)
    check_request(request(suffix="x" * min(limit, 64)), suffix_limit=limit)


def test_a_forgotten_training_type_gets_the_services_misleading_words() -> None:
    with pytest.raises(Refused, match="The specified base model does not support fine-tuning"):
        read_training_type(request(trainingType=None))


@pytest.mark.parametrize(
    ("given", "echoed"),
    [
        ("GlobalStandard", "globalStandard"),
        ("globalstandard", "globalStandard"),
        ("developerTier", "developerTier"),
        (1, "standard"),
    ],
)
def test_the_training_type_is_echoed_in_the_services_spelling(given: str | int, echoed: str) -> None:
    assert read_training_type(request(trainingType=given)) == echoed


def test_an_unknown_training_type_is_refused() -> None:
    with pytest.raises(Refused, match="'spot'"):
        read_training_type(request(trainingType="spot"))


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "text"},
        {"type": "json_schema", "name": "flat", "schema": {"type": "object"}},
        {"type": "json_schema", "json_schema": {"name": "two words", "schema": {}}},
        {"type": "json_schema", "json_schema": {"name": "bare"}},
    ],
)
def test_the_shape_of_answers_is_the_documented_one(shape: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="response_format"):
        request(method={"type": "reinforcement", "reinforcement": {"grader": {}, "response_format": shape}})


def test_reinforcement_needs_a_grader_and_a_validation_file() -> None:
    grader = {"type": "python", "name": "p", "source": "def grade(sample, item): return 1.0"}
    method = {"type": "reinforcement", "reinforcement": {"grader": grader}}
    with pytest.raises(Refused, match="a grader is required"):
        check_request(request(method={"type": "reinforcement"}), suffix_limit=40)
    with pytest.raises(Refused, match="a validation file is required"):
        check_request(request(method=method), suffix_limit=40)
    check_request(request(method=method, validation_file="file-2"), suffix_limit=40)


@pytest.mark.parametrize(
    ("name", "method", "training_type", "why"),
    [
        ("gpt-4o-mini", "dpo", "standard", "method 'dpo' is not supported"),
        ("gpt-4.1", "reinforcement", "standard", "method 'reinforcement' is not supported"),
        ("o4-mini", "supervised", "standard", "method 'supervised' is not supported"),
        ("gpt-oss-20b", "supervised", "developerTier", "'developerTier' is not supported"),
        ("gpt-5", "reinforcement", "developerTier", "'developerTier' is not supported"),
        ("gpt-5-mini", "supervised", "standard", "retired"),
    ],
)
def test_what_a_model_does_not_do_is_refused(name: str, method: str, training_type: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check_model(model(name), method, training_type, TODAY)


def test_training_ends_on_the_date_of_the_catalogue() -> None:
    nano = model("gpt-4.1-nano")
    check_model(nano, "supervised", "developerTier", dt.date(2027, 4, 13))
    with pytest.raises(Refused, match="retired"):
        check_model(nano, "supervised", "developerTier", dt.date(2027, 4, 14))


def test_only_openai_models_pause() -> None:
    check_pausable(model("gpt-4.1"))
    for name in ("Ministral-3B", "gpt-5"):
        with pytest.raises(Refused, match="cannot be paused"):
            check_pausable(model(name))
