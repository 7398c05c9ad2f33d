"""App settings: `%NAME%` in bindings, and the connections that bindings name.

Facts: docs "Azure Functions triggers and bindings" (binding expressions) and "Azure Functions
developer guide" (connections), 2026.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from local.functions_host.errors import AppRefused

Settings = Mapping[str, str]


class Identity(NamedTuple):
    """A service reached with the app's identity instead of a connection string."""

    address: str
    #: of a user-assigned identity; None takes what DefaultAzureCredential finds
    client_id: str | None


def resolve(text: str, settings: Settings) -> str:
    """The text with each `%NAME%` replaced by that app setting."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in settings:
            raise AppRefused(f"'%{name}%' does not resolve to a value: there is no app setting {name!r}")
        return settings[name]

    return re.sub("%([^%]+)%", value, text)


def service_bus_connection(name: str, settings: Settings) -> str | Identity:
    """A connection string, or the namespace and identity."""
    return _connection(name, {"fullyQualifiedNamespace": "{}"}, settings)


def storage_connection(name: str, settings: Settings) -> str | Identity:
    """A connection string, or the blob service's URL and identity."""
    addresses = {"blobServiceUri": "{}", "accountName": "https://{}.blob.core.windows.net"}
    return _connection(name, addresses, settings)


def _connection(name: str, addresses: Mapping[str, str], settings: Settings) -> str | Identity:
    if settings.get(name):
        return settings[name]
    for suffix, pattern in addresses.items():
        if value := settings.get(f"{name}__{suffix}"):
            return Identity(pattern.format(value), settings.get(f"{name}__clientId"))
    names = " or ".join(repr(known) for known in [name, *(f"{name}__{suffix}" for suffix in addresses)])
    raise AppRefused(f"connection {name!r}: there is no app setting {names}")
