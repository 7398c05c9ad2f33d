"""The app settings that the infrastructure writes; read here and nowhere else."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, model_validator

ACCOUNT_ID = r"(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.CognitiveServices/accounts/[^/]+$"

type Https = Annotated[str, StringConstraints(pattern=r"^https://[^/]+")]
type Container = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{1,61})[a-z0-9]$")]


class SettingsInvalid(ValueError):
    """The app settings cannot be worked with: one line a fault, each with the setting's name. Shows no values."""


class FoundryAccount(NamedTuple):
    """The parts of the account's ARM id."""

    subscription: str
    resource_group: str
    name: str


class Settings(BaseModel):
    """Each field is the app setting of the same name in upper case.

    `DATA_STORAGE` and `SERVICE_BUS` follow the platform's convention for connections: a connection string, or an
    address (`...__blobServiceUri` or `...__accountName`; `...__fullyQualifiedNamespace`) and an identity
    (`...__clientId`).
    """

    model_config = ConfigDict(alias_generator=str.upper, frozen=True, extra="ignore", hide_input_in_errors=True)

    data_storage: SecretStr | None = None
    data_storage_uri: Annotated[str | None, Field(alias="DATA_STORAGE__blobServiceUri")] = None
    data_storage_account_name: Annotated[str | None, Field(alias="DATA_STORAGE__accountName")] = None
    data_storage_client_id: Annotated[str | None, Field(alias="DATA_STORAGE__clientId")] = None
    service_bus: SecretStr | None = None
    service_bus_namespace: Annotated[str | None, Field(alias="SERVICE_BUS__fullyQualifiedNamespace")] = None
    service_bus_client_id: Annotated[str | None, Field(alias="SERVICE_BUS__clientId")] = None

    foundry_project_endpoint: Https
    foundry_account_id: Annotated[str, StringConstraints(pattern=ACCOUNT_ID)]
    arm_endpoint: Https = "https://management.azure.com"
    arm_audience: Https = "https://management.azure.com"  #: what ARM's tokens are for; differs in sovereign clouds
    azure_client_id: str | None = None  #: of the user-assigned identity that speaks for the app

    teams_webhook_url: SecretStr | None = None  #: without one nobody is told
    pages_url: str | None = None  #: where people reach the app's pages; by default the platform's host name, /api
    website_hostname: str | None = None  #: written by the platform

    datasets_container: Container = "datasets"
    recipes_container: Container = "recipes"
    runs_container: Container = "runs"
    malware_scan: Literal["off", "required"] = "off"  #: whether Defender for Storage must have found a drop clean
    pages_sign_in: Literal["off", "entra"] = "off"  #: how people sign in; off: by function keys
    website_auth_enabled: bool = False  #: written by the platform: whether App Service authentication is on
    settling_seconds: Annotated[float, Field(gt=0, le=3600)] = 30

    @model_validator(mode="after")
    def _is_connected(self) -> Self:
        if not (self.data_storage or self.blob_service_uri):
            raise ValueError("DATA_STORAGE or DATA_STORAGE__blobServiceUri: neither is set")
        if not (self.service_bus or self.service_bus_namespace):
            raise ValueError("SERVICE_BUS or SERVICE_BUS__fullyQualifiedNamespace: neither is set")
        return self

    @property
    def blob_service_uri(self) -> str | None:
        """Where the data storage is, if it is reached by an identity."""
        name = self.data_storage_account_name
        return self.data_storage_uri or (f"https://{name}.blob.core.windows.net" if name else None)

    @property
    def account(self) -> FoundryAccount:
        parts = self.foundry_account_id.split("/")
        return FoundryAccount(subscription=parts[2], resource_group=parts[4], name=parts[8])

    @property
    def settling(self) -> timedelta:
        return timedelta(seconds=self.settling_seconds)

    @property
    def pages(self) -> str | None:
        """Where the cards' links lead."""
        return self.pages_url or (f"https://{self.website_hostname}/api" if self.website_hostname else None)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment. A setting that is empty counts as left out. Raises `SettingsInvalid`."""
    try:
        return Settings.model_validate({name: value for name, value in environment.items() if value.strip()})
    except ValidationError as error:
        faults = [_fault(str(one["loc"][0]) if one["loc"] else "", one["msg"]) for one in error.errors()]
    raise SettingsInvalid("\n".join(faults))  # out here, so that the error with the values is not part of it


def _fault(name: str, message: str) -> str:
    reason = message.removeprefix("Value error, ").removeprefix("Field ")
    return f"{name}: {reason}" if name else reason
