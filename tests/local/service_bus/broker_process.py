"""The broker as a process of its own, for tests that kill it."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


class BrokerProcess:
    """A running broker; `port` is where it listens."""

    def __init__(self, data: Path, *options: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "local.service_bus", "--port", str(port), "--data", str(data), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        assert self.line.startswith("ready service_bus sb://"), self.line
        self.port = urlsplit(self.line.split()[-1]).port or 0

    def kill(self) -> None:
        """End it like `kill -9`."""
        self.process.kill()
        self.wait()

    def terminate(self) -> int:
        """End it in good order; its exit code."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait(10)


@contextmanager
def broker_process(data: Path, *options: str) -> Generator[BrokerProcess]:
    process = BrokerProcess(data, *options)
    try:
        yield process
    finally:
        process.kill()
