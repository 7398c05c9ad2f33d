"""What every stand-in does the same way: loopback only, one line when ready, an end of its own."""

import argparse
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
PARENT_CHECK_SECONDS = 0.5


class Certificate(NamedTuple):
    """A TLS certificate and its key, both PEM files."""

    certificate: Path
    key: Path


def arguments(description: str) -> argparse.ArgumentParser:
    """The options that all stand-ins share: where to listen, and where to keep what must survive."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, required=True, help="loopback port; 0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder for the stand-in's own files")
    return parser


def announce(name: str, address: str) -> None:
    """Print the one line that whoever started a stand-in waits for."""
    print(f"ready {name} {address}", flush=True)


def end_with_parent() -> None:
    """End this process (SIGTERM, then hard) once the process that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()


def listening_socket(port: int, *, shared: bool = False) -> socket.socket:
    """A bound loopback socket; `OSError` if the port is taken. `shared` lets several processes share one port."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, name: str, address: str) -> None:
        super().__init__(config)
        self._name, self._address = name, address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        announce(self._name, self._address)


def serve(app: ASGIApp, name: str, port: int, certificate: Certificate | None = None) -> None:
    """Serve an ASGI app on loopback until SIGTERM, Ctrl-C or the parent's end."""
    bound = listening_socket(port)
    scheme = "https" if certificate else "http"
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate.certificate if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    end_with_parent()
    _Server(config, name, f"{scheme}://localhost:{bound.getsockname()[1]}").run(sockets=[bound])
