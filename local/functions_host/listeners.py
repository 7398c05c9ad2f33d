"""From the app's triggers to what listens for them; all wrong settings show here, before anything runs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp

from local.functions_host.app_settings import Settings, service_bus_connection, storage_connection
from local.functions_host.errors import AppRefused
from local.functions_host.host_json import HostJson
from local.functions_host.host_storage import HostStorage
from local.functions_host.http_listener import HttpListener
from local.functions_host.http_routes import Keys, endpoint_of
from local.functions_host.invocations import Invocations
from local.functions_host.queue_listener import Concurrency, QueueListener, connect
from local.functions_host.sign_in import ON, SignIn
from local.functions_host.timer_listener import TimerListener
from local.functions_host.triggers import HttpTrigger, QueueTrigger, TimerTrigger, Trigger
from local.functions_host.worker import Function

HOST_STORAGE = "AzureWebJobsStorage"
LONGEST_HOST_ID = 32

Triggered = Sequence[tuple[Function, Trigger]]


@dataclass(frozen=True)
class Listeners:
    http: ASGIApp
    others: list[QueueListener | TimerListener]


def listeners_of(triggered: Triggered, host_json: HostJson, settings: Settings, keys: Keys) -> Listeners:
    """Everything an instance listens with; raises `AppRefused` where the platform could not start it."""
    invocations = Invocations(host_json)
    prefix = host_json.extensions.http.route_prefix
    endpoints = [
        endpoint_of(function, trigger, prefix) for function, trigger in triggered if isinstance(trigger, HttpTrigger)
    ]
    queues = _queue_listeners(triggered, host_json, settings, invocations)
    timers = _timer_listeners(triggered, settings, invocations)
    http = HttpListener(endpoints, keys, invocations)
    return Listeners(SignIn(http) if settings.get(ON) == "true" else http, [*queues, *timers])


def _queue_listeners(
    triggered: Triggered, host_json: HostJson, settings: Settings, invocations: Invocations
) -> list[QueueListener]:
    queues = [(function, trigger) for function, trigger in triggered if isinstance(trigger, QueueTrigger)]
    if queues and host_json.extension_bundle is None:
        raise AppRefused("host.json has no extensionBundle, which the Service Bus trigger is part of")
    options = host_json.extensions.service_bus
    concurrency = Concurrency(options, asyncio.Semaphore(options.max_concurrent_calls))
    return [
        QueueListener(
            function,
            trigger,
            connect(service_bus_connection(trigger.connection, settings)),
            invocations,
            concurrency,
        )
        for function, trigger in queues
    ]


def _timer_listeners(triggered: Triggered, settings: Settings, invocations: Invocations) -> list[TimerListener]:
    timers = [(function, trigger) for function, trigger in triggered if isinstance(trigger, TimerTrigger)]
    if not timers:
        return []
    storage = HostStorage(storage_connection(HOST_STORAGE, settings), host_id(settings))
    return [TimerListener(function, trigger, storage, invocations) for function, trigger in timers]


def host_id(settings: Settings) -> str:
    """The app's folder in the host's storage: a setting of its own, or else the site's name."""
    name = settings.get("AzureFunctionsWebHost__hostid") or settings.get("WEBSITE_SITE_NAME") or "local"
    return name.lower()[:LONGEST_HOST_ID]
