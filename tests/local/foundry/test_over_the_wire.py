"""The whole way through the unmodified SDKs: files, a job, its model, a deployment, an answer."""

import csv
import io
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from openai import AuthenticationError, BadRequestError, InternalServerError, NotFoundError, OpenAI

from local.identity.token import token_for
from tests.local.foundry.examples import answer, chat_file, question
from tests.local.foundry.wire import ACCOUNT, Wire, arm_client, connected, until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with connected(tmp_path_factory.mktemp("foundry"), "--speed", "7200") as made:
        yield made


@pytest.fixture(scope="module")
def done(wire: Wire) -> Any:
    """A job that has succeeded."""
    training, validation = wire.upload(chat_file(40)), wire.upload(chat_file(10, first=40), "valid.jsonl")
    made = wire.create_job(training, validation_file=validation, suffix="whole-way", seed=3)
    assert (made.status, made.trainingType, made.organization_id) == ("pending", "developerTier", None)
    return wire.finished(made.id)


def test_a_job_succeeds_and_names_its_model(done: Any) -> None:
    assert done.status == "succeeded"
    assert done.fine_tuned_model == f"gpt-4.1-nano-2025-04-14.ft-{done.id.removeprefix('ftjob-')}-whole-way"
    assert done.trained_tokens > 0


def test_events_page_by_themselves_newest_first(wire: Wire, done: Any) -> None:
    events = list(wire.project.fine_tuning.jobs.list_events(done.id, limit=7))
    assert len({event.id for event in events}) == len(events) == 19
    assert events[0].message.startswith("Training tokens billed: ")
    assert events[-1].message == "Job enqueued. Waiting for jobs ahead to complete."
    metrics: Any = next(event.data for event in events if event.type == "metrics")
    assert metrics["step"] == 120
    assert metrics["full_valid_loss"] < 1.5


def test_checkpoints_name_models(wire: Wire, done: Any) -> None:
    checkpoints = list(wire.project.fine_tuning.jobs.checkpoints.list(done.id))
    assert [checkpoint.step_number for checkpoint in checkpoints] == [120, 80, 40]
    assert checkpoints[0].fine_tuned_model_checkpoint == done.fine_tuned_model
    assert checkpoints[1].fine_tuned_model_checkpoint == f"{done.fine_tuned_model}:ckpt-step-80"
    assert checkpoints[0].metrics.full_valid_mean_token_accuracy


def test_the_results_file_has_a_row_a_step(wire: Wire, done: Any) -> None:
    content = wire.project.files.content(done.result_files[0]).read().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 120
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])
    assert rows[-1]["validation_mean_token_accuracy"]


def test_the_tuned_model_is_deployed_answers_and_is_deleted(wire: Wire, done: Any) -> None:
    model = {"format": "OpenAI", "name": done.fine_tuned_model, "version": "1"}
    body: Any = {"sku": {"name": "DeveloperTier", "capacity": 50}, "properties": {"model": model}}
    deployments = wire.arm.deployments
    made = deployments.begin_create_or_update(*ACCOUNT, "tuned", body, polling_interval=0.01).result()
    assert made.properties
    assert made.properties.provisioning_state == "Succeeded"
    until(lambda: answers(wire, "tuned"))
    reply = wire.project.chat.completions.create(model="tuned", messages=[{"role": "user", "content": question(17)}])
    assert reply.choices[0].message.content == answer(17)
    assert reply.usage
    assert [known.name for known in deployments.list(*ACCOUNT)] == ["tuned"]
    deployments.begin_delete(*ACCOUNT, "tuned", polling_interval=0.01).result()
    with pytest.raises(ResourceNotFoundError):
        deployments.get(*ACCOUNT, "tuned")
    assert wire.ask("GET", "/standin/state")["deployments_created"] == 1


def answers(wire: Wire, name: str) -> bool:
    try:
        wire.project.chat.completions.create(model=name, messages=[{"role": "user", "content": "Hello"}])
    except NotFoundError as error:
        return error.code not in {"DeploymentNotReady", "DeploymentNotFound"}
    return True


def test_arm_lists_models_and_quotas(wire: Wire, done: Any) -> None:
    models = {model.name: model for model in wire.arm.accounts.list_models(*ACCOUNT)}
    tuned = models[done.fine_tuned_model]
    assert tuned.base_model
    assert tuned.base_model.name == "gpt-4.1-nano"
    assert "DeveloperTier" in [sku.name for sku in tuned.skus or []]
    nano = next(found.model for found in wire.arm.models.list("eastus2") if found.model.name == "gpt-4.1-nano")
    assert (nano.lifecycle_status, nano.deprecation.inference) == ("Deprecating", "2026-10-14T00:00:00Z")
    account = wire.arm.accounts.get(*ACCOUNT)
    assert account.location
    usages = {usage.name.value: usage for usage in wire.arm.usages.list(account.location) if usage.name}
    assert usages["OpenAI.DeveloperTier.gpt-4.1-nano-finetune"].limit == 250


def test_what_is_refused_says_why_in_the_v1_envelope(wire: Wire) -> None:
    file_id = wire.upload(chat_file(12))
    with pytest.raises(BadRequestError, match="does not support fine-tuning"):
        wire.create_job(file_id, extra_body={})
    with pytest.raises(BadRequestError) as caught:
        wire.create_job(file_id, suffix="with.dot")
    assert (caught.value.code, caught.value.param, caught.value.type) == (
        "invalidPayload", "suffix", "invalid_request_error",
    )  # fmt: skip
    with pytest.raises(NotFoundError):
        wire.project.fine_tuning.jobs.retrieve("ftjob-unknown")


def test_arm_refuses_in_its_own_envelope(wire: Wire) -> None:
    model = {"format": "OpenAI", "name": "gpt-4.1.ft-unknown", "version": "1"}
    body: Any = {"sku": {"name": "DeveloperTier", "capacity": 50}, "properties": {"model": model}}
    with pytest.raises(HttpResponseError) as caught:
        wire.arm.deployments.begin_create_or_update(*ACCOUNT, "d", body)
    assert caught.value.error
    assert caught.value.error.code == "DeploymentModelNotSupported"


def test_the_account_endpoint_shows_the_same_files(wire: Wire) -> None:
    file_id = wire.upload(chat_file(12))
    for audience in ("https://ai.azure.com", "https://cognitiveservices.azure.com"):
        with client(f"{wire.running.url}/openai/v1", audience) as account:
            assert file_id in [file.id for file in account.files.list(purpose="fine-tune", limit=2)]


def test_a_token_for_another_service_is_turned_away(wire: Wire) -> None:
    project = f"{wire.running.url}/api/projects/p/openai/v1"
    for audience in ("https://management.azure.com", "https://cognitiveservices.azure.com"):
        with client(project, audience) as stranger, pytest.raises(AuthenticationError):
            stranger.files.list()
    with arm_client(wire.running.url, "https://ai.azure.com") as arm, pytest.raises(ClientAuthenticationError):
        list(arm.deployments.list(*ACCOUNT))


def client(base_url: str, audience: str) -> OpenAI:
    return OpenAI(base_url=base_url, api_key=token_for(audience, time.time()), max_retries=0)


def test_evaluations_are_honestly_not_there(wire: Wire) -> None:
    with pytest.raises(InternalServerError) as caught:
        wire.project.evals.list()
    assert caught.value.status_code == 501


def test_a_grader_can_be_validated(wire: Wire) -> None:
    grader: Any = {"type": "python", "name": "p", "source": "def grade(sample, item): return 1.0"}
    assert wire.project.fine_tuning.alpha.graders.validate(grader=grader).grader
    with pytest.raises(BadRequestError, match="invalid grader"):
        wire.project.fine_tuning.alpha.graders.validate(grader=grader | {"type": "oracle"})


def test_the_page_for_people_says_loudly_what_it_is(wire: Wire, done: Any) -> None:
    with urllib.request.urlopen(wire.running.url, context=wire.trust()) as response:
        page = response.read().decode()
    assert "STAND-IN" in page
    assert done.id in page
