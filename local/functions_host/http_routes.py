"""Route templates and access keys of HTTP triggers; pure.

Facts: docs "Azure Functions HTTP trigger" (routes, default route, authLevel) and "Work with access keys
in Azure Functions", 2026. Simplified: of route constraints int and guid, and a parameter fills its
whole segment; a route with fewer parameters goes first (the platform's order is unconfirmed).
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from local.functions_host.errors import AppRefused
from local.functions_host.triggers import HttpTrigger
from local.functions_host.worker import Function

PARAMETER = re.compile(r"\{(?P<rest>\*?)(?P<name>\w+)(?::(?P<constraint>\w+))?(?P<optional>\??)\}")
CONSTRAINTS = {None: "[^/]+", "int": r"-?\d+", "guid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"}


@dataclass(frozen=True)
class Keys:
    """Access keys; without a key, its level lets nobody in.

    `checked=False` lets everybody in, whatever the level: so does Core Tools on a laptop ("Work with access keys in
    Azure Functions", 2025).
    """

    function: str | None
    #: good for every level
    master: str | None
    checked: bool = True

    def accept(self, level: str, given: str) -> bool:
        if not self.checked:
            return True
        accepted = {"anonymous": [given], "function": [self.function, self.master], "admin": [self.master]}
        return any(key is not None and hmac.compare_digest(key.encode(), given.encode()) for key in accepted[level])


@dataclass(frozen=True)
class Endpoint:
    function: Function
    trigger: HttpTrigger
    #: `/api/things/{id}`
    template: str
    #: of the whole path, with a group for each route parameter
    pattern: re.Pattern[str]


def endpoint_of(function: Function, trigger: HttpTrigger, prefix: str) -> Endpoint:
    """Where a function answers; raises `AppRefused` for a template that cannot be matched here."""
    template = "/" + "/".join(part.strip("/") for part in (prefix, trigger.route) if part.strip("/"))
    try:
        pattern = re.compile("".join(_segment(part) for part in template[1:].split("/")) + "/?", re.IGNORECASE)
    except AppRefused as error:
        raise AppRefused(f"function {function.name!r}: route {trigger.route!r}: {error}") from error
    return Endpoint(function, trigger, template, pattern)


def find(endpoints: Iterable[Endpoint], method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint for the request, and its route parameters."""
    for endpoint in sorted(endpoints, key=lambda endpoint: endpoint.pattern.groups):
        match = endpoint.pattern.fullmatch(path)
        if match and method in endpoint.trigger.methods:
            return endpoint, {name: value for name, value in match.groupdict().items() if value is not None}
    return None


def _segment(text: str) -> str:
    match = PARAMETER.fullmatch(text)
    if not match:
        if "{" in text:
            raise AppRefused(f"{text!r} is not a parameter this host knows")
        return "/" + re.escape(text)
    rest, name, constraint, optional = match.group("rest", "name", "constraint", "optional")
    if constraint not in CONSTRAINTS:
        raise AppRefused(f"constraint {constraint!r} is not supported here; int and guid are")
    group = f"(?P<{name}>{'.*' if rest else CONSTRAINTS[constraint]})"
    return f"(?:/{group})?" if optional or rest else f"/{group}"
