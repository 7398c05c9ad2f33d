"""The stand-in for the length of a `with` block: a process of its own on a free port."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import local


class Running(NamedTuple):
    """A stand-in that answers."""

    url: str  #: `https://localhost:PORT`: ARM's address and the stem of the endpoints
    certificate: Path  #: to be trusted
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        """To be given again to a restart that clients shall find."""
        return urlsplit(self.url).port or 0


@contextmanager
def running(data: Path, *options: str, port: int = 0) -> Generator[Running]:
    """Start it, wait until it listens, and end it. `options` are those of `python -m local.foundry`."""
    root = Path(local.__file__).parents[1]
    command = [sys.executable, "-m", "local.foundry", "--port", str(port), "--data", str(data), *options]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own module
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith("ready foundry "):
                raise RuntimeError(f"the stand-in did not start: {line!r}")
            yield Running(line.split()[-1], data / "localhost.pem", process)
        finally:
            process.terminate()
