"""One instance of the app, from start to end."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from local.functions_host.app_settings import Settings
from local.functions_host.host_json import read_host_json
from local.functions_host.http_routes import Keys
from local.functions_host.invocations import DRAIN_SECONDS
from local.functions_host.listeners import Listeners, listeners_of
from local.functions_host.triggers import trigger_of
from local.functions_host.worker import start_worker

log = logging.getLogger(__name__)

#: after DRAIN_SECONDS for running functions: for settling, closing links, releasing locks
CLOSING_SECONDS = 2


async def load(app: Path, settings: Settings, keys: Keys) -> Listeners:
    """The app in the folder, ready to be listened for; raises `AppRefused`."""
    host_json, without_effect = read_host_json(app)
    if without_effect:
        log.info("host.json: of no effect here: %s", ", ".join(without_effect))
    functions = await start_worker(app)
    triggered = [(function, trigger_of(function, settings)) for function in functions]
    return listeners_of(triggered, host_json, settings, keys)


async def run(listeners: Listeners, bound: socket.socket, on_ready: Callable[[], None]) -> None:
    """Listen until SIGTERM or Ctrl-C, then let running functions finish.

    `bound` is for HTTP, and not yet listening; `on_ready` is called once it is.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = _Server(listeners.http, on_ready)
    serving = asyncio.create_task(server.serve([bound]))
    others = [asyncio.create_task(listener.run()) for listener in listeners.others]
    await _first_of(stop.wait(), serving, *others)
    server.should_exit = True
    for task in others:
        task.cancel()
    await asyncio.wait([serving, *others], timeout=DRAIN_SECONDS + CLOSING_SECONDS)


async def _first_of(stopped: Coroutine[Any, Any, object], *listening: asyncio.Task[None]) -> None:
    """Returns when the host is told to stop; raises what a listener died of."""
    done, _ = await asyncio.wait([asyncio.create_task(stopped), *listening], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


class _Server(uvicorn.Server):
    """Tells when it listens, and leaves signals to the host."""

    def __init__(self, app: ASGIApp, on_ready: Callable[[], None]) -> None:
        quiet: dict[str, Any] = {"lifespan": "off", "log_config": None, "access_log": False}
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=DRAIN_SECONDS, **quiet))
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_ready()
