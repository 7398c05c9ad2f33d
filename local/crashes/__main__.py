"""`python -m local.crashes --runs 50`: kill -9 at random moments; one job, one deployment and one end a run."""

import argparse
import json
import os
import random
import shutil
import signal
import ssl
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from local.crashes.verdict import Node, end_of, faults
from local.stack.__main__ import CHECKOUT
from local.stack.layout import Options
from local.stack.running import Stack, running

VICTIMS = ("functions_host-1", "functions_host-2", "service_bus")
SPEED = 1200  #: a deployment lives for 72 s: longer than any message waits for a dead instance and a dead broker
JOB_HOURS = 1.0
LOCK_SECONDS = 5
PAUSE_SECONDS = (0.5, 4.0)  #: between two kills
LOOK_SECONDS = 2.0
ROWS = 60
RECIPE = b"deployment: {capacity: 5}"  #: small, for all runs share one quota


def main() -> int:
    parser = argparse.ArgumentParser(description="kill instances and broker at random moments of many runs")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the moments and victims")
    parser.add_argument("--seconds", type=float, default=1500, help="time limit for the whole")
    parser.add_argument("--data", type=Path, default=CHECKOUT / ".local" / "crashes")
    given = parser.parse_args()
    shutil.rmtree(given.data, ignore_errors=True)
    options = Options(
        data=given.data, app=CHECKOUT, speed=SPEED, job_hours=JOB_HOURS, lock_seconds=LOCK_SECONDS, at_home=False
    )
    print(f"{given.runs} runs, seed {given.seed}", flush=True)
    with running(options) as stack:
        with stack.blobs() as blobs:
            blobs.get_blob_client("recipes", "crashes.yaml").upload_blob(RECIPE)
        killer = Killer(stack, random.Random(given.seed))  # noqa: S311  # no secret: a reproducible choice
        killer.start()
        for number in range(given.runs):
            stack.drop(dataset(number), f"crashes/dataset-{number}.jsonl")
        runs = _await_ends(stack, given.runs, given.seconds, killer)
        killer.stop()
        state = _json(stack, f"{stack.layout.url('foundry')}/standin/state")
        return _report(given.runs, runs, state, killer.kills)


def dataset(number: int) -> bytes:
    """A small learnable dataset, different for each number."""
    rows = [
        {"prompt": f"Set {number}: what follows {row}?", "response": f"After {row} comes {row + 1}, as always."}
        for row in range(ROWS)
    ]
    return "\n".join(json.dumps(row) for row in rows).encode()


class Killer(threading.Thread):
    """Kills one victim after another until it is stopped."""

    def __init__(self, stack: Stack, chance: random.Random) -> None:
        super().__init__(daemon=True, name="killer")
        self.kills: Counter[str] = Counter()
        self._stack, self._chance, self._over = stack, chance, threading.Event()

    def run(self) -> None:
        while not self._over.wait(self._chance.uniform(*PAUSE_SECONDS)):
            program = self._stack.supervisor.programs[self._chance.choice(VICTIMS)]
            if program.is_running() and program.is_ready():
                os.kill(program.pid, signal.SIGKILL)
                self.kills[program.component.name] += 1

    def stop(self) -> None:
        self._over.set()
        self.join()


def _await_ends(stack: Stack, expected: int, seconds: float, killer: Killer) -> list[Node]:
    """The runs once all have ended, or as they are when time is up. The killing goes on until all are served."""
    deadline = time.monotonic() + seconds
    runs: list[Node] = []
    while time.monotonic() < deadline:
        runs = _runs(stack)
        ends = Counter(end_of(run) for run in runs)
        print(f"  {dict(ends)} after {sum(killer.kills.values())} kills", flush=True)
        if len(runs) == expected and all(run["stage"]["state"] == "closed" for run in runs):
            return runs
        for run in runs:
            if run["stage"]["state"] == "parked":
                _resume(stack, run)
        if len(runs) == expected and set(ends) <= {"serving", "expired"}:
            killer.stop()
        time.sleep(LOOK_SECONDS)
    return runs


def _resume(stack: Stack, run: Node) -> None:
    """Do what a person does with a run that waited more than a day for one of the ten deployments."""
    url = f"{stack.layout.url('functions')}/api/runs/{run['id']}/decisions?format=json"
    try:
        with urllib.request.urlopen(url, b"decision=resume", timeout=10):  # noqa: S310  # loopback, our own
            print(f"  {run['drop']['name']} was parked, and is resumed", flush=True)
    except OSError as error:  # the app is dead at this moment, or moved the run on: look again later
        print(f"  {run['drop']['name']} is parked, and cannot be resumed now: {error}", flush=True)


def _runs(stack: Stack) -> list[Node]:
    """The run documents, read from the storage itself: the app may be dead at this moment."""
    with stack.blobs() as blobs:
        container = blobs.get_container_client("runs")
        names = [name for name in container.list_blob_names() if name.endswith("/run.json")]
        return [json.loads(container.download_blob(name).readall()) for name in names]


def _json(stack: Stack, url: str) -> Any:
    context = ssl.create_default_context(cafile=str(stack.certificate))
    with urllib.request.urlopen(url, timeout=30, context=context) as answer:  # noqa: S310  # loopback, our own
        return json.loads(answer.read())


def _report(expected: int, runs: list[Node], state: Node, kills: Counter[str]) -> int:
    print(f"kills: {dict(kills)}; jobs: {len(state['jobs'])}; deployments made: {state['deployments_created']}")
    broken = faults(expected, runs, state["jobs"], state["deployments_created"])
    for fault in broken:
        print(f"BROKEN: {fault}", file=sys.stderr)
    if not broken:
        print(f"{expected} runs: every one ended once, with one job and one deployment")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
