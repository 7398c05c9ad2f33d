"""A group of programs with one life."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.layout import Component
from local.stack.supervisor import NotReadyError, Supervisor

pytestmark = pytest.mark.stack

SERVES = "import signal, time; print('ready toy here', flush=True); signal.pause()"
PATIENCE_SECONDS = 30


def toy(script: str, name: str = "toy") -> Component:
    return Component(name, (sys.executable, "-c", script), "ready toy ")


@pytest.fixture
def restarts() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, restarts: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, restarts.append)
    yield made
    made.stop()


def test_a_program_that_is_killed_is_started_again(supervisor: Supervisor, restarts: list[str]) -> None:
    supervisor.start([toy(SERVES)], {})
    killed = supervisor.programs["toy"].pid
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (restarts and supervisor.programs["toy"].is_ready()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert restarts == ["toy"]
    assert supervisor.programs["toy"].pid != killed


def test_a_program_that_does_not_come_up_is_named_with_what_it_said(supervisor: Supervisor) -> None:
    with pytest.raises(NotReadyError, match="toy did not come up; it last said:\nno luck today"):
        supervisor.start([toy("print('no luck today')")], {})


def test_stopping_ends_every_program_even_one_that_does_not_listen(supervisor: Supervisor) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready toy deaf', flush=True)\n"
    supervisor.start([toy(SERVES), toy(deaf + "while True: time.sleep(1)", "deaf")], {})
    supervisor.stop()
    assert not any(program.is_running() for program in supervisor.programs.values())


def test_only_the_app_gets_the_app_settings(supervisor: Supervisor) -> None:
    tells = "import os, signal; print(os.environ.get('SECRET'), 'ready toy here', flush=True); signal.pause()"
    app = Component("app", (sys.executable, "-c", tells), "ready toy ", needs_settings=True)
    supervisor.start([toy(tells), app], {"SECRET": "4711"})
    assert "4711" in supervisor.programs["app"].said()
    assert "4711" not in supervisor.programs["toy"].said()
