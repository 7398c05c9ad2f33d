"""Bindings, as the indexed functions declare them, become the triggers this host can run.

Everything else is refused by name: a binding that is skipped in silence would look like a function
that never fires.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.functions_host.app_settings import Settings, resolve
from local.functions_host.errors import AppRefused
from local.functions_host.schedule import Schedule, parse_schedule
from local.functions_host.worker import Function

Binding = Mapping[str, Any]
ALL_METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS", "TRACE"})


@dataclass(frozen=True)
class QueueTrigger:
    parameter: str
    queue: str
    #: name of the app setting, or the prefix of several
    connection: str
    #: None: host.json decides
    auto_complete: bool | None
    as_text: bool


@dataclass(frozen=True)
class TimerTrigger:
    parameter: str
    schedule: Schedule
    run_on_startup: bool
    use_monitor: bool


@dataclass(frozen=True)
class HttpTrigger:
    parameter: str
    route: str
    methods: frozenset[str]
    #: anonymous, function or admin
    level: str


Trigger = QueueTrigger | TimerTrigger | HttpTrigger


def trigger_of(function: Function, settings: Settings) -> Trigger:
    """The function's one trigger; raises `AppRefused` for all that cannot be run here."""
    try:
        return _read(function, settings)
    except AppRefused as error:
        raise AppRefused(f"function {function.name!r}: {error}") from error


def _read(function: Function, settings: Settings) -> Trigger:
    if function.has_retry_policy:
        raise AppRefused("retry policies are not supported here")
    for binding in function.bindings:
        _refuse_unsupported(binding)
    (trigger,) = [binding for binding in function.bindings if binding["type"] in READERS]
    return READERS[trigger["type"]](function.name, trigger, settings)


def _refuse_unsupported(binding: Binding) -> None:
    kind = binding["type"]
    if kind not in READERS and kind != "http":
        known = ", ".join(sorted(READERS))
        raise AppRefused(f"binding type {kind!r} is not supported here; known: {known}")
    if "SupportsDeferredBinding" in binding.get("properties", {}):
        raise AppRefused(f"SDK-type bindings ({binding['name']!r}) are not supported here")


def _queue_trigger(_function: str, binding: Binding, settings: Settings) -> QueueTrigger:
    if "queueName" not in binding:
        raise AppRefused("topics and subscriptions are not supported here")
    if binding.get("isSessionsEnabled") or str(binding.get("cardinality", "one")).lower() != "one":
        raise AppRefused("sessions and cardinality 'many' are not supported here")
    return QueueTrigger(
        parameter=binding["name"],
        queue=resolve(binding["queueName"], settings),
        connection=resolve(binding["connection"], settings),
        auto_complete=binding.get("autoCompleteMessages"),
        as_text=str(binding.get("dataType", "")).lower() == "string",
    )


def _timer_trigger(_function: str, binding: Binding, settings: Settings) -> TimerTrigger:
    return TimerTrigger(
        parameter=binding["name"],
        schedule=parse_schedule(resolve(binding["schedule"], settings)),
        run_on_startup=bool(binding.get("runOnStartup", False)),
        use_monitor=bool(binding.get("useMonitor", True)),
    )


def _http_trigger(function: str, binding: Binding, _settings: Settings) -> HttpTrigger:
    methods = binding.get("methods") or ALL_METHODS
    return HttpTrigger(
        parameter=binding["name"],
        route=str(binding.get("route", function)),
        methods=frozenset(str(method).upper() for method in methods),
        level=str(binding.get("authLevel", "function")).lower(),
    )


READERS = {
    "serviceBusTrigger": _queue_trigger,
    "timerTrigger": _timer_trigger,
    "httpTrigger": _http_trigger,
}
