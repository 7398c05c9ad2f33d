"""Stand-ins and hosts as processes of their own, ended with the test."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
APP = Path(__file__).parent / "app"
#: discard port: nothing answers there
NO_STORAGE = "BlobEndpoint=http://127.0.0.1:9/account;AccountName=account;AccountKey=a2V5"
NEVER = "0 0 0 29 2 *"
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Started:
    process: subprocess.Popen[str]
    #: what it announced
    address: str
    log: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)

    def terminate(self) -> int:
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@contextlib.contextmanager
def started(module: str, *options: object, log: Path, settings: Mapping[str, str]) -> Generator[Started]:
    """`python -m module`, from its ready line until the block ends."""
    command = [sys.executable, "-m", module, *(str(option) for option in options)]
    environment = {"PATH": os.environ["PATH"], **settings}
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().split()
            assert ready[:1] == ["ready"], log.read_text()
            yield Started(process, ready[2], log)
        finally:
            process.kill()


class Bench:
    """A broker and instances of the sample app, with what the app's functions noted."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder, self.stack, self.app = folder, stack, APP
        self.settings = {
            "SERVICE_BUS": "",
            "AzureWebJobsStorage": NO_STORAGE,
            "WORK_QUEUE": "work",
            "TICK": NEVER,
            "TRACE_FILE": str(folder / "trace.jsonl"),
        }

    def start_broker(self, queue: str = "lock=30,max=3", port: int = 0) -> Started:
        options = ["--port", port, "--data", self.folder / "broker", "--queue", f"work:{queue}"]
        broker = self._start("local.service_bus", *options, name="broker")
        host = broker.address.removeprefix("sb://")
        self.settings["SERVICE_BUS"] = (
            f"Endpoint=sb://{host};SharedAccessKeyName=RootManageSharedAccessKey;"
            "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true"
        )
        return broker

    def start_host(self, instance: str = "a", *options: object, port: int = 0) -> Started:
        given = ["--app", self.app, "--port", port, "--instance", instance, *options]
        return self._start("local.functions_host", *given, name=instance)

    def copy_app(self, **host_json: object) -> None:
        """Go on with a copy of the sample app whose host.json says this too."""
        document = json.loads((APP / "host.json").read_text()) | host_json
        self.app = write_app(self.folder / "app", (APP / "function_app.py").read_text(), document)

    def notes(self, event: str) -> list[dict[str, object]]:
        """What the functions noted so far."""
        file = Path(self.settings["TRACE_FILE"])
        lines = file.read_text().splitlines() if file.exists() else []
        return [note for note in map(json.loads, lines) if note["event"] == event]

    def _start(self, module: str, *options: object, name: str) -> Started:
        log = self.folder / f"{name}.log"
        return self.stack.enter_context(started(module, *options, log=log, settings=self.settings))


def write_app(folder: Path, code: str, host_json: object) -> Path:
    """The folder, as that of an app."""
    folder.mkdir(parents=True)
    (folder / "function_app.py").write_text(code)
    (folder / "host.json").write_text(json.dumps(host_json))
    return folder


def eventually[T](look: Callable[[], T]) -> T:
    """What `look` gives once it is true; fails when that does not happen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return seen
