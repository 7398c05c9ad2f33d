"""Azurite's blob service, in memory, for one test."""

import contextlib
import socket
import subprocess
from collections.abc import Generator

from tests.local.functions_host.processes import ROOT, eventually

# The emulator's published key: the same everywhere, no secret.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextlib.contextmanager
def azurite() -> Generator[str]:
    """Its connection string, as long as it runs."""
    port = _free_port()
    options = ["--silent", "--skipApiVersionCheck", "--inMemoryPersistence", "--disableTelemetry"]
    program = ROOT / "node_modules/.bin/azurite-blob"
    with subprocess.Popen([program, *options, "--blobPort", str(port)]) as process:
        try:
            eventually(lambda: _listens(port))
            yield (
                f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};"
                f"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;"
            )
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
