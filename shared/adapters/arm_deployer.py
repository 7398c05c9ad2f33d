"""Deployments of tuned models, through Azure Resource Manager; whether one answers, through the OpenAI surface.

Sources: Microsoft.CognitiveServices/accounts/deployments, 2025-09-01; microsoft/azure-skills, Aug 2026.
"""

import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import httpx2
import openai
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import AccountModel, Deployment, DeploymentModel, DeploymentProperties, Sku
from openai.types.chat import ChatCompletionUserMessageParam

from shared.adapters.azure_errors import translated
from shared.adapters.foundry_answers import Asker, codes_of
from shared.core.errors import PermanentError
from shared.core.preflight import Offer

log = logging.getLogger("tunedrop.arm")

SKUS = {"developer": "DeveloperTier"}
FORMAT, VERSION = "OpenAI", "1"  #: of every fine-tune of an OpenAI model
PROVISIONED = {  #: by provisioningState; `None`: it never will be
    "accepted": False,
    "creating": False,
    "moving": False,
    "deleting": False,
    "succeeded": True,
    "failed": None,
    "canceled": None,
    "disabled": None,
}
NOT_READY = ("DeploymentNotReady", "DeploymentNotFound")
PROBE_TIMEOUT = httpx2.Timeout(30, connect=10)  #: seconds


class Account(NamedTuple):
    """The Foundry account in ARM."""

    resource_group: str
    name: str


class ArmDeployer:
    def __init__(
        self,
        client: CognitiveServicesManagementClient,
        account: Account,
        inference: openai.OpenAI,
        now: Callable[[], datetime],
    ) -> None:
        self._client, self._account, self._now = client, account, now
        self._inference = inference.with_options(max_retries=0, timeout=PROBE_TIMEOUT)
        self._asker = Asker(f"the role 'Foundry User' on the Foundry account {account.name!r}")

    def offer(self, model: str, version: str) -> Offer | None:
        with translated("listing models", self._needs("models/read")):
            listed = self._client.accounts.list_models(*self._account)
            found = next((one for one in listed if (one.name, one.version) == (model, version)), None)
        return _offer(model, version, found) if found else None

    def start(self, name: str, model: str, tier: str, capacity: int) -> None:
        found = self._get(name)
        serves = found and found.properties and found.properties.model and found.properties.model.name
        if found and serves != model:
            raise PermanentError(f"the deployment {name!r} is there already and serves {serves!r}, not {model!r}")
        if found and PROVISIONED.get(_state(found), False) is not None:
            return
        wanted = Deployment(
            sku=Sku(name=SKUS[tier], capacity=capacity),
            properties=DeploymentProperties(
                model=DeploymentModel(format=FORMAT, name=model, version=VERSION),
                version_upgrade_option="NoAutoUpgrade",
            ),
        )
        with translated(f"making the deployment {name!r}", self._needs("deployments/write")):
            self._client.deployments.begin_create_or_update(*self._account, name, wanted, polling=False)

    def created_at(self, name: str) -> datetime | None:
        found = self._get(name)
        if found is None:
            return None
        state = _state(found)
        if state not in PROVISIONED:
            log.warning("deployment %s has the unknown provisioningState %r: taken to be creating", name, state)
        if (provisioned := PROVISIONED.get(state, False)) is None:
            raise PermanentError(f"the deployment {name!r} cannot be provisioned: ARM says {state!r}")
        if not provisioned:
            return None
        made = found.system_data.created_at if found.system_data else None
        return made or self._now()  # where ARM does not say: it was provisioned between two looks

    def answers(self, name: str) -> bool:
        """A throttled request is no answer: it says that the deployment is known, not that it serves."""
        with self._asker.translated(f"asking the deployment {name!r}"):
            try:
                create = self._inference.chat.completions.with_raw_response.create
                question = [ChatCompletionUserMessageParam(role="user", content="Hello")]
                self._asker.kept(create(model=name, messages=question, max_completion_tokens=16))
            except openai.NotFoundError:
                return False
            except openai.APIStatusError as error:
                if not any(code in codes_of(error) for code in NOT_READY):
                    raise
                return False
        return True

    def exists(self, name: str) -> bool:
        return self._get(name) is not None

    def remove(self, name: str) -> None:
        with (
            translated(f"deleting the deployment {name!r}", self._needs("deployments/delete")),
            contextlib.suppress(ResourceNotFoundError),
        ):
            self._client.deployments.begin_delete(*self._account, name, polling=False)

    def _get(self, name: str) -> Deployment | None:
        with translated(f"looking at the deployment {name!r}", self._needs("deployments/read")):
            try:
                return self._client.deployments.get(*self._account, name)
            except ResourceNotFoundError:
                return None

    def _needs(self, action: str) -> str:
        return (
            f"the action 'Microsoft.CognitiveServices/accounts/{action}' on the Foundry account {self._account.name!r}"
        )


def _state(deployment: Deployment) -> str:
    state = deployment.properties.provisioning_state if deployment.properties else None
    return str(getattr(state, "value", state) or "").lower()


def _offer(model: str, version: str, found: AccountModel) -> Offer:
    """Without the listing's SKUs: they are the base's own; whether its fine-tunes' are among them is unconfirmed."""
    ends = found.deprecation
    return Offer(
        name=model,
        version=version,
        lifecycle=str(getattr(found.lifecycle_status, "value", found.lifecycle_status) or ""),
        training_ends=_date(ends.fine_tune if ends else None),
        inference_ends=_date(ends.inference if ends else None),
    )


def _date(text: str | None) -> datetime | None:
    try:
        date = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
