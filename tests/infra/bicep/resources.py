"""A resource that a deployment makes or refers to, and what Azure would say of it once it is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infra.bicep.functions import guid


@dataclass(frozen=True)
class Resource:
    symbol: str
    type: str
    name: str
    id: str
    is_made: bool  #: neither `existing` nor under a condition that does not hold
    read: Callable[[], Any]  #: evaluates the body

    @property
    def body(self) -> Mapping[str, Any]:
        return self.read()

    @property
    def properties(self) -> Mapping[str, Any]:
        return self.body.get("properties", {})

    def __repr__(self) -> str:
        return f"{self.type} {self.name}"


@dataclass(frozen=True)
class Answer:
    """What Azure answers about a resource, on the way to a value that is in `ANSWERS`."""

    resource: Resource
    path: str

    def member(self, name: str) -> Any:
        path = f"{self.path}.{name}"
        known = [answer for kind, at, answer in ANSWERS if kind == self.resource.type and at.startswith(path)]
        if not known:
            raise KeyError(f"{self.resource!r}: no stand-in for {path}")
        exact = [answer for kind, at, answer in ANSWERS if (kind, at) == (self.resource.type, path)]
        return exact[0](self.resource) if exact else Answer(self.resource, path)


def _connection_string(component: Resource) -> str:
    return (
        f"InstrumentationKey={guid(component.id)};IngestionEndpoint=https://eastus-1.in.applicationinsights.azure.com/"
    )


ANSWERS: list[tuple[str, str, Callable[[Resource], str]]] = [
    ("Microsoft.ManagedIdentity/userAssignedIdentities", "properties.clientId", lambda one: guid("client", one.id)),
    ("Microsoft.ManagedIdentity/userAssignedIdentities", "properties.principalId", lambda one: guid("who", one.id)),
    (
        "Microsoft.Storage/storageAccounts",
        "properties.primaryEndpoints.blob",
        lambda one: f"https://{one.name}.blob.core.windows.net/",
    ),
    ("Microsoft.Insights/components", "properties.ConnectionString", _connection_string),
    ("Microsoft.KeyVault/vaults", "properties.vaultUri", lambda one: f"https://{one.name}.vault.azure.net/"),
    (
        "Microsoft.CognitiveServices/accounts",
        "properties.customSubDomainName",
        lambda one: one.properties["customSubDomainName"],
    ),
    ("Microsoft.Web/sites", "properties.defaultHostName", lambda one: f"{one.name}.azurewebsites.net"),
]
