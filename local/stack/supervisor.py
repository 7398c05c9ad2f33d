"""Starts programs, keeps them running, and stops them: whatever dies is started again, as a platform would."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.stack.layout import Component

READY_SECONDS = 60.0
STOP_SECONDS = 8.0
LOOK_SECONDS = 0.2
FRESH_SECONDS = 5.0  #: a program that dies younger than this is started again more slowly


class NotReadyError(Exception):
    """A program of the stack did not come up. The message ends with what it last said."""


class Program:
    """One running program and its log."""

    def __init__(self, component: Component, environment: Mapping[str, str], logs: Path) -> None:
        self.component = component
        self.log = logs / f"{component.name}.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._mark = 0
        self._started = 0.0

    def start(self) -> None:
        """Start it, for the first time or again."""
        self._close_input()
        with self.log.open("ab") as log:
            self._mark = log.tell()
            self._process = subprocess.Popen(  # noqa: S603  # the stack's own programs
                self.component.command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self._environment),
            )
        self._started = time.monotonic()

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def age(self) -> float:
        return time.monotonic() - self._started

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """What the program printed since it was last started."""
        return self.log.read_bytes()[self._mark :].decode("utf-8", "replace")

    def is_ready(self) -> bool:
        return self.component.ready in self.said()

    def ask_to_stop(self) -> None:
        if self.is_running() and self._process:
            self._close_input()
            self._process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_input()

    def _close_input(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()


class Supervisor:
    """A group of programs with one life. `on_restart` hears the name of each program that had to be started again."""

    def __init__(self, logs: Path, on_restart: Callable[[str], None]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.programs: dict[str, Program] = {}
        self._logs, self._on_restart = logs, on_restart
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="keeper")

    def start(self, components: Sequence[Component], settings: Mapping[str, str]) -> None:
        """Start all, and return when all are ready. Raises `NotReadyError`."""
        for component in components:
            environment = {**os.environ, **(settings if component.needs_settings else {})}
            program = Program(component, environment, self._logs)
            program.start()
            self.programs[component.name] = program  # only now: what is there and does not run is started again
        for component in components:
            self.wait_ready(component.name)
        if not self._keeper.is_alive():
            self._keeper.start()

    def wait_ready(self, name: str) -> None:
        program = self.programs[name]
        deadline = time.monotonic() + READY_SECONDS
        while not program.is_ready():
            if not program.is_running() or time.monotonic() > deadline:
                raise NotReadyError(f"{name} did not come up; it last said:\n{program.said()[-2000:]}")
            time.sleep(LOOK_SECONDS / 4)

    def stop(self) -> None:
        """Stop all: the app first, while those it still has something to tell are there to hear it."""
        self._stopping.set()
        if self._keeper.is_alive():
            self._keeper.join()
        for of_the_app in (True, False):
            group = [one for one in self.programs.values() if one.component.needs_settings is of_the_app]
            deadline = time.monotonic() + STOP_SECONDS
            for program in group:
                program.ask_to_stop()
            for program in group:
                program.wait_or_kill(deadline)

    def _keep(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for name, program in list(self.programs.items()):
                if not program.is_running():
                    if program.age < FRESH_SECONDS and self._stopping.wait(1.0):
                        return
                    self._on_restart(name)
                    program.start()
