"""host.json: what this host obeys, what changes nothing here, and what it refuses.

Keys and defaults: docs "host.json reference for Azure Functions 2.x and later" and "Azure Service Bus
bindings for Azure Functions" (extension 5.x), 2026. The platform ignores a key that it does not know;
here such a key is refused, because it is always a mistake.
"""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from local.functions_host.errors import AppRefused

#: Known to the platform, and of no effect on this host.
WITHOUT_EFFECT = frozenset(
    {
        "$schema",
        "aggregator",
        "concurrency",
        "healthMonitor",
        "logging",
        "managedDependency",
        "singleton",
        "watchDirectories",
        "watchFiles",
        "extensions.http.customHeaders",
        "extensions.http.dynamicThrottlesEnabled",
        "extensions.http.hsts",
        "extensions.http.maxConcurrentRequests",
        "extensions.http.maxOutstandingRequests",
        "extensions.serviceBus.clientRetryOptions",
        "extensions.serviceBus.enableCrossEntityTransactions",
        "extensions.serviceBus.maxBatchWaitTime",
        "extensions.serviceBus.maxConcurrentCallsPerSession",
        "extensions.serviceBus.maxConcurrentSessions",
        "extensions.serviceBus.maxMessageBatchSize",
        "extensions.serviceBus.minMessageBatchSize",
        "extensions.serviceBus.sessionIdleTimeout",
        "extensions.serviceBus.transportType",
        "extensions.serviceBus.webProxy",
    }
)
UNBOUNDED = "-1"
EXPLANATIONS = {
    "messageHandlerOptions": "the nesting of extension 4.x; its keys stand in extensions.serviceBus since 5.x",
    "sessionHandlerOptions": "the nesting of extension 4.x; its keys stand in extensions.serviceBus since 5.x",
}


def parse_duration(text: object) -> timedelta:
    """`[d.]hh:mm:ss[.fraction]`, as .NET writes a TimeSpan."""
    pattern = r"(?:(\d+)\.)?(\d\d?):([0-5]?\d):([0-5]?\d(?:\.\d{1,7})?)"
    match = re.fullmatch(pattern, text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"{text!r} is not a duration hh:mm:ss")
    days, hours, minutes, seconds = match.groups(default="0")
    return timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def _parse_timeout(text: object) -> timedelta | None:
    return None if text == UNBOUNDED else parse_duration(text)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class _Section(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


class ServiceBusOptions(_Section):
    #: running Service Bus invocations of one instance, all queues together
    max_concurrent_calls: int = Field(default=16, ge=1)
    prefetch_count: int = Field(default=0, ge=0)
    #: a lock is renewed while its function runs, for at most this long
    max_auto_lock_renewal_duration: Duration = timedelta(minutes=5)
    auto_complete_messages: bool = True


class HttpOptions(_Section):
    route_prefix: str = "api"


class Extensions(_Section):
    service_bus: ServiceBusOptions = ServiceBusOptions()
    http: HttpOptions = HttpOptions()


class ExtensionBundle(_Section):
    id: Literal["Microsoft.Azure.Functions.ExtensionBundle"]
    version: str = Field(pattern=r"^[\[(]\d+\.[\d.*]+, *\d+\.[\d.]+[\])]$")


class HostJson(_Section):
    version: Literal["2.0"]
    telemetry_mode: Literal["ApplicationInsights", "OpenTelemetry"] = "ApplicationInsights"
    #: None: unbounded. 30 minutes is the default on Flex Consumption
    function_timeout: Annotated[timedelta | None, BeforeValidator(_parse_timeout)] = timedelta(minutes=30)
    #: where the Service Bus trigger comes from; HTTP and timer are the host's own
    extension_bundle: ExtensionBundle | None = None
    extensions: Extensions = Extensions()


def read_host_json(folder: Path) -> tuple[HostJson, list[str]]:
    """The app's host.json, and the keys in it that have no effect on this host."""
    path = folder / "host.json"
    if not path.is_file():
        raise AppRefused(f"there is no host.json in {folder}")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise AppRefused(f"host.json is not JSON: {error}") from error
    return parse_host_json(document)


def parse_host_json(document: object) -> tuple[HostJson, list[str]]:
    """Like `read_host_json`, for a document already at hand."""
    ignored: list[str] = []
    obeyed = _without(document, "", ignored)
    try:
        return HostJson.model_validate(obeyed), ignored
    except ValidationError as error:
        problems = "; ".join(_problem(**problem) for problem in error.errors(include_url=False))
        raise AppRefused(f"host.json: {problems}") from error


def _without(value: Any, path: str, ignored: list[str]) -> Any:
    """A copy without the keys of no effect, which are added to `ignored`."""
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType] - any JSON
        inner_path = f"{path}.{key}".removeprefix(".")
        if inner_path in WITHOUT_EFFECT:
            ignored.append(inner_path)
        else:
            kept[str(key)] = _without(inner, inner_path, ignored)  # pyright: ignore[reportUnknownArgumentType]
    return kept


def _problem(*, type: str, loc: tuple[str | int, ...], msg: str, **_: object) -> str:  # noqa: A002 - pydantic's name
    key = ".".join(str(part) for part in loc)
    if type == "extra_forbidden":
        return f"{key}: {EXPLANATIONS.get(str(loc[-1]), 'unknown key')}"
    return f"{key}: {msg[:1].lower()}{msg[1:]}"
