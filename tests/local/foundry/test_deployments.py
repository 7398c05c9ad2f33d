import json
from typing import Any, NamedTuple

import pytest

from local.foundry.deployments import CREATING, DELETING, NOT_READY, Deployments, is_ready, show_deployment, state_of
from local.foundry.errors import Refused
from local.foundry.records import Checkpoint
from local.foundry.store import Store
from tests.local.foundry.examples import Parts, job

DAY = 24 * 3600
TUNED = job("ftjob-1", status="succeeded", checkpoints=(Checkpoint("ftchkpt-1", 10, 0, {}),))


class Cloud(NamedTuple):
    """A resource with a tuned model, at times that tests choose."""

    parts: Parts

    @property
    def deployments(self) -> Deployments:
        return self.parts.deployments

    @property
    def store(self) -> Store:
        return self.parts.store

    def deploy(self, name: str = "d", now: float = 0.0, **other: Any) -> int:
        with self.store.transaction():
            self.deployments.prune(now)
            return self.deployments.put("/accounts/a", name, body(**other), now)[0]

    def states(self, now: float) -> dict[str, str]:
        with self.store.transaction():
            self.deployments.prune(now)
            return {known.id: state_of(known, now) for known in self.deployments.all()}


def body(model: str = TUNED.tuned_model, sku: str = "DeveloperTier", capacity: int = 50, **model_fields: str) -> bytes:
    named = {"format": "OpenAI", "name": model, "version": "1"} | model_fields
    return json.dumps({"sku": {"name": sku, "capacity": capacity}, "properties": {"model": named}}).encode()


@pytest.fixture
def cloud(parts: Parts) -> Cloud:
    parts.put(TUNED)
    return Cloud(parts)


def test_a_deployment_is_accepted_created_succeeded_and_ready_only_later(cloud: Cloud) -> None:
    assert cloud.deploy() == 201
    assert [cloud.states(now)["d"] for now in (0, 10, CREATING)] == ["Accepted", "Creating", "Succeeded"]
    with cloud.store.transaction():
        known = cloud.deployments.get("d")
    assert [is_ready(known, now) for now in (CREATING, CREATING + NOT_READY)] == [False, True]


def test_arm_is_told_what_was_deployed_and_when(cloud: Cloud) -> None:
    cloud.deploy(sku="developertier")
    with cloud.store.transaction():
        shown: Any = show_deployment(cloud.deployments.get("d"), CREATING)
    assert shown["id"] == "/accounts/a/deployments/d"
    assert shown["sku"] == {"name": "DeveloperTier", "capacity": 50}
    assert shown["properties"]["model"]["name"] == TUNED.tuned_model
    assert shown["systemData"]["createdAt"] == "1970-01-01T00:00:00.000000Z"


def test_the_same_again_changes_nothing_and_another_capacity_does(cloud: Cloud) -> None:
    cloud.deploy()
    assert cloud.deploy(now=10) == 200
    assert cloud.states(CREATING) == {"d": "Succeeded"}
    assert cloud.deploy(now=200, capacity=60) == 200
    assert cloud.states(201) == {"d": "Accepted"}


def test_two_operations_at_once_conflict(cloud: Cloud) -> None:
    cloud.deploy("a")
    with pytest.raises(Refused, match="Another operation is being performed") as caught:
        cloud.deploy("b", now=10)
    assert (caught.value.status, caught.value.code) == (409, "RequestConflict")
    assert cloud.deploy("b", now=CREATING) == 201


def test_a_developer_deployment_lives_for_a_day(cloud: Cloud) -> None:
    cloud.deploy()
    assert cloud.states(DAY - 1) == {"d": "Succeeded"}
    assert cloud.states(DAY) == {}
    assert cloud.deploy(now=DAY + 1) == 201
    with cloud.store.transaction():
        kinds = [effect.kind for effect in cloud.store.effects.all()]
    assert kinds == ["deployments_created", "deployments_expired", "deployments_created"]


def test_another_tuned_deployment_lives_until_it_is_idle_for_15_days(cloud: Cloud) -> None:
    cloud.deploy(sku="GlobalStandard")
    with cloud.store.transaction():
        cloud.deployments.used(cloud.deployments.get("d"), now=10 * DAY)
    assert cloud.states(25 * DAY - 1) == {"d": "Succeeded"}
    assert cloud.states(25 * DAY) == {}


def test_after_a_delete_the_next_create_conflicts_for_a_while(cloud: Cloud) -> None:
    cloud.deploy()
    with cloud.store.transaction():
        assert cloud.deployments.delete("d", 200)
        assert cloud.deployments.delete("other", 200) is None
    assert cloud.states(200) == {"d": "Deleting"}
    with pytest.raises(Refused, match="Another operation"):
        cloud.deploy(now=200 + DELETING - 1)
    assert cloud.deploy(now=200 + DELETING) == 201


@pytest.mark.parametrize("name", [TUNED.tuned_model, "ftchkpt-1", f"{TUNED.tuned_model}:ckpt-step-10"])
def test_models_and_checkpoints_can_be_deployed(cloud: Cloud, name: str) -> None:
    assert cloud.deploy(model=name) == 201


def test_a_base_model_can_be_deployed_while_it_is_not_retired(cloud: Cloud) -> None:
    assert cloud.deploy(model="gpt-5-mini", version="2025-08-07", sku="GlobalStandard") == 201
    with pytest.raises(Refused, match="deprecated since 2026-10-14"):
        cloud.deploy("n", now=200, model="gpt-4.1-nano", version="2025-04-14", sku="GlobalStandard")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"model": "gpt-4.1-nano-2025-04-14.ft-unknown"}, "DeploymentModelNotSupported"),
        ({"version": "2025-04-14"}, "DeploymentModelNotSupported"),
        ({"format": "OpenAI-OSS"}, "DeploymentModelNotSupported"),
        ({"sku": "Developer"}, "InvalidResourceProperties"),
        ({"model": "gpt-5-mini", "version": "2025-08-07", "sku": "DeveloperTier"}, "InvalidResourceProperties"),
        ({"capacity": 0}, "InvalidRequestContent"),
        ({"capacity": 251}, "InsufficientQuota"),
        ({"name": "under_score"}, "InvalidResourceName"),
        ({"name": "x" * 65}, "InvalidResourceName"),
    ],
)
def test_what_arm_refuses_is_refused(cloud: Cloud, other: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        cloud.deploy(**other)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert cloud.states(0) == {}


def test_a_model_whose_base_has_no_developer_tier_is_not_served_on_it(cloud: Cloud) -> None:
    cloud.parts.put(mini := job("ftjob-m", status="succeeded", base="gpt-4o-mini-2024-07-18"))
    with pytest.raises(Refused, match="The specified SKU 'DeveloperTier' is not supported"):
        cloud.deploy(model=mini.tuned_model)
    assert cloud.deploy(model=mini.tuned_model, sku="GlobalStandard") == 201


def test_only_jobs_that_succeeded_have_models_to_deploy(cloud: Cloud) -> None:
    cloud.parts.put(failed := job("ftjob-f", status="failed"))
    with pytest.raises(Refused, match="not supported"):
        cloud.deploy(model=failed.tuned_model)


def test_ten_tuned_deployments_are_the_most_and_quota_is_shared(cloud: Cloud) -> None:
    for number in range(10):
        cloud.deploy(f"d{number}", now=number * CREATING, capacity=20)
    with pytest.raises(Refused, match="10 deployments of this kind"):
        cloud.deploy("d10", now=1000, capacity=1)
    with pytest.raises(Refused, match="current available capacity 70") as caught:
        cloud.deploy("d0", now=1000, capacity=71)
    assert "The current quota usage is 180 and the quota limit is 250" in caught.value.message
    with cloud.store.transaction():
        used = {u["name"]["value"]: u["currentValue"] for u in cloud.deployments.usages()}  # type: ignore[index]
    assert used["OpenAI.DeveloperTier.gpt-4.1-nano-finetune"] == 200
