"""Bicep's functions, as far as our files call them. What only Azure knows is made up, and looks alike."""

import ipaddress
import itertools
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
ENVIRONMENT = {
    "suffixes": {"storage": "core.windows.net"},
    "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
}


def guid(*texts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(str(text) for text in texts)))


def unique_string(*texts: object) -> str:
    """13 letters and digits, and a letter first."""
    return f"u{guid(*texts).replace('-', '')[:12]}"


def union(*values: Any) -> Any:
    if isinstance(values[0], Mapping):
        return {key: value for one in values for key, value in one.items()}
    return list(dict.fromkeys(itertools.chain(*values)))


def resource_id(place: str, *given: str) -> str:
    """`place` is where the call stands: a subscription's or a group's id. Subscription and group may come first."""
    first = next(index for index, part in enumerate(given) if "/" in part)
    kind, names = given[first], given[first + 1 :]
    provider, *kinds = kind.split("/")
    if first == 2:
        place = f"/subscriptions/{given[0]}/resourceGroups/{given[1]}"
    steps = "/".join(f"{one}/{name}" for one, name in zip(kinds, names, strict=True))
    return f"{place}/providers/{provider}/{steps}"


def cidr_subnet(network: str, size: int, index: int) -> str:
    return str(list(ipaddress.ip_network(network).subnets(new_prefix=size))[index])


def items(mapping: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": mapping[key]} for key in sorted(mapping)]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cidrSubnet": cidr_subnet,
    "concat": lambda *lists: list(itertools.chain(*lists)),
    "contains": lambda whole, part: part in whole,
    "empty": lambda value: not value,
    "environment": lambda: ENVIRONMENT,
    "guid": guid,
    "int": int,
    "items": items,
    "join": lambda texts, between: between.join(texts),
    "json": json.loads,
    "last": lambda values: values[-1],
    "length": len,
    "replace": lambda text, old, new: text.replace(old, new),
    "split": lambda text, by: text.split(by),
    "string": lambda value: value if isinstance(value, str) else json.dumps(value),
    "tenant": lambda: {"tenantId": TENANT},
    "toLower": str.lower,
    "toUpper": str.upper,
    "union": union,
    "uniqueString": unique_string,
    "utcNow": lambda _: "2026-11-01",
}
