"""What ARM refuses in a request for a deployment, as far as the request alone tells."""

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from local.foundry.errors import Refused
from local.foundry.models import Model

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")  # microsoft/azure-skills, Aug 2026


class Sku(msgspec.Struct):
    """How a model is served, and with how many thousands of tokens a minute."""

    name: str
    capacity: Annotated[int, Meta(ge=1)] = 1


class DeployedModel(msgspec.Struct, rename="camel"):
    """Which model."""

    format: str
    name: str
    version: str
    source: str | None = None
    source_account: str | None = None


class Properties(msgspec.Struct, rename="camel"):
    """The rest; what the stand-in does not know it ignores, as ARM does."""

    model: DeployedModel
    rai_policy_name: str | None = None
    version_upgrade_option: Literal["OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade"] = (
        "OnceNewDefaultVersionAvailable"
    )


class DeploymentRequest(msgspec.Struct):
    """The body of PUT .../deployments/{name}."""

    sku: Sku
    properties: Properties
    tags: dict[str, str] | None = None


def read_request(name: str, body: bytes) -> DeploymentRequest:
    """The request, if it has the right shape. Raises `Refused`."""
    if not NAME.fullmatch(name):
        raise Refused(
            400,
            "InvalidResourceName",
            f"deployment name {name!r} may hold letters, digits and hyphens only, at most 64",
        )
    try:
        return msgspec.json.decode(body, type=DeploymentRequest)
    except msgspec.MsgspecError as error:
        raise Refused(400, "InvalidRequestContent", str(error)) from error


def unsupported(model: DeployedModel) -> Refused:
    """What ARM says of a model that it does not know under this format, name and version."""
    return Refused(
        400,
        "DeploymentModelNotSupported",
        f"The model 'Format:{model.format},Name:{model.name},Version:{model.version}'"
        " of account deployment is not supported.",
    )


def read_sku(given: str, model: Model, *, tuned: bool) -> str:
    """The SKU in ARM's spelling; case does not matter (docs show both). Raises `Refused`."""
    offered = [sku for sku in model.deploys if tuned or sku != "DeveloperTier"]
    for sku in offered:
        if sku.lower() == given.lower():
            return sku
    kind = "fine-tuned" if tuned else "base"
    raise Refused(
        400,
        "InvalidResourceProperties",
        f"The specified SKU '{given}' is not supported for the {kind} model {model.name!r}: {offered}",
    )


def check_quota(usage_name: str, wanted: int, used: int, limit: int) -> None:
    """Raise `Refused` in ARM's words (quoted in Azure-Samples/azure-search-openai-demo issue 2091, Oct 2024)."""
    if used + wanted > limit:
        raise Refused(
            400,
            "InsufficientQuota",
            f"This operation require {wanted} new capacity in quota Tokens Per Minute (thousands) - {usage_name},"
            f" which is bigger than the current available capacity {limit - used}. The current quota usage is {used}"
            f" and the quota limit is {limit} for quota Tokens Per Minute (thousands) - {usage_name}.",
        )
