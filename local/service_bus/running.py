"""A broker at work: until someone stops it, or in a thread of a test."""

import asyncio
import socket
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.service_bus.access import DEFAULT_KEY, connection_string
from local.service_bus.broker import Broker
from local.service_bus.connection import Connection
from local.service_bus.journal import Journal
from local.service_bus.namespace import Namespace
from local.service_bus.options import QueueOptions
from local.serving import listening_socket


async def serve(
    bound: socket.socket,
    folder: Path,
    queues: Mapping[str, QueueOptions],
    key: str,
    on_ready: Callable[[Broker], None],
) -> None:
    """Serve on a bound socket until the broker is stopped. Raises `sqlite3.Error` if its file fails."""
    journal = Journal(folder)
    try:
        broker = Broker(Namespace(queues), journal, key)
        server = await asyncio.get_running_loop().create_server(lambda: Connection(broker), sock=bound)
        on_ready(broker)
        try:
            await broker.ended
        finally:
            server.close()
            server.abort_clients()
            await server.wait_closed()
    finally:
        journal.close()


@contextmanager
def running_broker(
    folder: Path, queues: Mapping[str, QueueOptions], *, port: int = 0, key: str = DEFAULT_KEY
) -> Generator[str]:
    """The connection string of a broker in a thread of this process, on a free port unless one is given.

    Its file is in `folder`; a second broker on the same folder goes on where the first was stopped.
    """
    bound = listening_socket(port)
    started: Future[Callable[[], object]] = Future()

    def on_ready(broker: Broker) -> None:
        loop = asyncio.get_running_loop()
        started.set_result(lambda: loop.call_soon_threadsafe(broker.stop))

    with bound, ThreadPoolExecutor(1, "service-bus") as threads:
        ended = threads.submit(lambda: asyncio.run(serve(bound, folder, queues, key, on_ready)))
        futures: list[Future[Any]] = [started, ended]
        wait(futures, return_when=FIRST_COMPLETED)
        if ended.done():
            ended.result()
        try:
            yield connection_string(bound.getsockname()[1], key)
        finally:
            if not ended.done():
                started.result()()
            ended.result()
