"""Azurite's blob service, in memory, for one test."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

PROGRAM = Path(__file__).parents[3] / "node_modules/.bin/azurite-blob"
# The emulator's published key: the same everywhere, no secret.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextlib.contextmanager
def azurite() -> Generator[str]:
    """Its connection string, as long as it runs."""
    port = _free_port()
    options = ["--silent", "--skipApiVersionCheck", "--inMemoryPersistence", "--disableTelemetry"]
    process = subprocess.Popen([PROGRAM, *options, "--blobPort", str(port)])
    try:
        _wait_for(port)
        yield (
            f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};"
            f"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;"
        )
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
