"""What the deployer asks ARM, and what it makes of ARM's and the deployment's answers."""

import json
import logging
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from azure.core.credentials import AccessToken
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from shared.adapters.arm_deployer import Account, ArmDeployer
from shared.core.errors import PermanentError, TransientError
from tests.adapters.foundry_wire import FoundryWire, drop, status
from tests.adapters.wires import Answer, Wire, answered

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PATH = (
    "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acct/deployments/support-0123"
)


class Token:
    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken("token", 4_000_000_000)


def arm(code: int, content: object) -> Answer:
    return answered(code, json.dumps(content).encode(), Content_Type="application/json")


def deployment(state: str | None = "Succeeded", model: str = "m.ft-1", **more: object) -> dict[str, object]:
    properties = {"model": {"format": "OpenAI", "name": model, "version": "1"}, "provisioningState": state}
    return {"name": "support-0123", "properties": properties, **more}


ABSENT = arm(404, {"error": {"code": "ResourceNotFound", "message": "The Resource was not found."}})


class Setup:
    def __init__(self, *answers: Answer) -> None:
        self.arm, self.inference = Wire(*answers), FoundryWire()
        client = CognitiveServicesManagementClient(
            Token(),
            "sub",
            base_url="https://management.example",
            credential_scopes=["https://management.azure.com/.default"],
            retry_total=0,
            transport=self.arm,
        )
        self.deployer = ArmDeployer(client, Account("rg", "acct"), self.inference.client, lambda: NOW)

    def start(self) -> None:
        self.deployer.start("support-0123", "m.ft-1", "developer", 50)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.arm.requests]


def test_a_deployment_is_ordered_once_and_not_waited_for() -> None:
    setup = Setup(ABSENT, arm(201, deployment("Creating")))
    setup.start()
    assert setup.methods == ["GET", "PUT"]
    put = setup.arm.requests[1]
    assert put.url.startswith(f"https://management.example{PATH}?api-version=")
    assert json.loads(put.body) == {
        "sku": {"name": "DeveloperTier", "capacity": 50},
        "properties": {
            "model": {"format": "OpenAI", "name": "m.ft-1", "version": "1"},
            "versionUpgradeOption": "NoAutoUpgrade",
        },
    }


@pytest.mark.parametrize("state", ["Accepted", "Creating", "Succeeded", "Replacing"])
def test_a_deployment_that_is_there_is_found(state: str) -> None:
    setup = Setup(arm(200, deployment(state)))
    setup.start()
    assert setup.methods == ["GET"]


def test_a_deployment_that_failed_is_ordered_again() -> None:
    setup = Setup(arm(200, deployment("Failed")), arm(200, deployment("Accepted")))
    setup.start()
    assert setup.methods == ["GET", "PUT"]


def test_a_name_that_serves_another_model_is_left_alone() -> None:
    setup = Setup(arm(200, deployment(model="other")))
    with pytest.raises(PermanentError, match="is there already and serves 'other', not 'm"):
        setup.start()
    assert setup.methods == ["GET"]


def test_a_quota_that_is_used_up_is_told_with_its_numbers_and_waited_for() -> None:
    words = "This operation require 50 new capacity, bigger than the current available capacity 10."
    setup = Setup(ABSENT, arm(400, {"error": {"code": "InsufficientQuota", "message": words}}))
    with pytest.raises(TransientError, match=f"making the deployment 'support-0123': 400 InsufficientQuota {words}"):
        setup.start()


def test_a_deployment_that_is_being_changed_is_waited_for() -> None:
    setup = Setup(ABSENT, arm(409, {"error": {"code": "RequestConflict", "message": "Another operation is running."}}))
    with pytest.raises(TransientError, match="409 RequestConflict"):
        setup.start()
    assert setup.methods == ["GET", "PUT"]


def test_a_model_that_cannot_be_deployed_is_refused_in_arms_words() -> None:
    setup = Setup(ABSENT, arm(400, {"error": {"code": "DeploymentModelNotSupported", "message": "not supported"}}))
    with pytest.raises(PermanentError, match="400 DeploymentModelNotSupported not supported"):
        setup.start()


def test_the_action_that_is_missing_is_named() -> None:
    setup = Setup(arm(403, {"error": {"code": "AuthorizationFailed", "message": "no"}}))
    needs = "'Microsoft.CognitiveServices/accounts/deployments/read' on the Foundry account 'acct'"
    with pytest.raises(TransientError, match=needs):
        setup.start()


@pytest.mark.parametrize("state", ["Accepted", "Creating", "Moving", "Deleting"])
def test_what_is_not_provisioned_has_no_time_yet(state: str) -> None:
    assert Setup(arm(200, deployment(state))).deployer.created_at("support-0123") is None


def test_what_is_not_there_has_no_time_yet() -> None:
    assert Setup(ABSENT).deployer.created_at("support-0123") is None


def test_a_deployment_is_as_old_as_arm_says() -> None:
    made = deployment(systemData={"createdAt": "2026-11-24T10:30:00.1234567Z"})
    created_at = Setup(arm(200, made)).deployer.created_at("support-0123")
    assert created_at
    assert abs(created_at - datetime(2026, 11, 24, 10, 30, tzinfo=UTC)) < timedelta(seconds=1)


def test_where_arm_says_no_time_the_deployment_is_new() -> None:
    assert Setup(arm(200, deployment())).deployer.created_at("support-0123") == NOW


@pytest.mark.parametrize("state", ["Failed", "Canceled", "Disabled"])
def test_what_cannot_be_provisioned_is_an_error(state: str) -> None:
    with pytest.raises(PermanentError, match="cannot be provisioned"):
        Setup(arm(200, deployment(state))).deployer.created_at("support-0123")


@pytest.mark.parametrize("state", ["Replacing", None])
def test_an_unknown_state_is_waited_for_and_said(state: str | None, caplog: pytest.LogCaptureFixture) -> None:
    assert Setup(arm(200, deployment(state))).deployer.created_at("support-0123") is None
    assert [record.levelno for record in caplog.records if record.name == "tunedrop.arm"] == [logging.WARNING]


def test_a_deployment_answers_once_a_tiny_request_is_answered() -> None:
    setup = Setup(ABSENT)
    setup.inference.on("POST /chat/completions", {"id": "c", "object": "chat.completion", "choices": []})
    assert setup.deployer.answers("support-0123")
    assert setup.inference.bodies == [
        {"model": "support-0123", "messages": [{"role": "user", "content": "Hello"}], "max_completion_tokens": 16}
    ]


@pytest.mark.parametrize(
    "answer",
    [
        status(404, {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}),
        status(400, {"code": "DeploymentNotReady", "message": "not ready"}),
        status(503, {"code": "503", "message": "wait", "inner_error": {"code": "DeploymentNotReady"}}),
    ],
)
def test_a_deployment_that_the_data_plane_does_not_know_does_not_answer_yet(answer: object) -> None:
    setup = Setup(ABSENT)
    setup.inference.on("POST /chat/completions", answer)
    assert not setup.deployer.answers("support-0123")


@pytest.mark.parametrize("answer", [status(429), status(500), status(401), drop(httpx2.ConnectError)])
def test_a_request_that_was_not_answered_proves_nothing(answer: object) -> None:
    setup = Setup(ABSENT)
    setup.inference.on("POST /chat/completions", answer)
    with pytest.raises(TransientError, match="asking the deployment 'support-0123'"):
        setup.deployer.answers("support-0123")
    assert len(setup.inference.requests) == 1


def test_existing_is_what_arm_says() -> None:
    assert Setup(arm(200, deployment())).deployer.exists("support-0123")
    assert not Setup(ABSENT).deployer.exists("support-0123")


@pytest.mark.parametrize("answer", [answered(202), answered(204), ABSENT])
def test_removing_is_ordered_and_none_there_is_success(answer: Answer) -> None:
    setup = Setup(answer)
    setup.deployer.remove("support-0123")
    assert setup.methods == ["DELETE"]


def test_an_offer_is_the_exact_version_with_its_dates() -> None:
    models = [
        {"name": "gpt-4.1-nano", "version": "2024-01-01", "format": "OpenAI"},
        {
            "name": "gpt-4.1-nano",
            "version": "2025-04-14",
            "format": "OpenAI",
            "lifecycleStatus": "Deprecating",
            "deprecation": {"fineTune": "2027-04-14T00:00:00Z", "inference": "soon"},
            "skus": [{"name": "GlobalStandard"}],
        },
    ]
    offer = Setup(arm(200, {"value": models})).deployer.offer("gpt-4.1-nano", "2025-04-14")
    assert offer
    assert (offer.lifecycle, offer.training_ends) == ("Deprecating", datetime(2027, 4, 14, tzinfo=UTC))
    assert offer.inference_ends is None


def test_what_is_not_listed_is_not_offered() -> None:
    assert Setup(arm(200, {"value": []})).deployer.offer("gpt-4.1-nano", "2025-04-14") is None
