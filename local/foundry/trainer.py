"""Training in processes of their own, so that the server goes on answering. Run as a module, it is such a process."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import msgspec

import local
from local.foundry.lessons import read_lessons
from local.foundry.records import Plan, Point
from local.foundry.training import train
from local.serving import end_with_parent

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

type Points = tuple[Point, ...]


class Trainer:
    """Computes one job after another: each takes about a second, and a laptop has other things to do.

    `done` is called, on the trainer's own thread, with a job's id and its curve.
    """

    def __init__(self, lessons: Callable[[str], Path], done: Callable[[str, Points], None]) -> None:
        self._lessons, self._done = lessons, done
        self._waiting: SimpleQueue[tuple[str, Plan]] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="trainer").start()

    def submit(self, job_id: str, plan: Plan) -> None:
        """Compute a job's curve; the lessons have to be kept already."""
        self._waiting.put((job_id, plan))

    def _work(self) -> None:
        while True:
            self._train(*self._waiting.get())

    def _train(self, job_id: str, plan: Plan) -> None:
        command = [sys.executable, "-m", __name__, str(self._lessons(job_id))]
        environment = os.environ | _ONE_THREAD | {"PYTHONPATH": str(Path(local.__file__).parents[1])}
        finished = subprocess.run(  # noqa: S603  # our own module
            command, input=msgspec.json.encode(plan), stdout=subprocess.PIPE, env=environment, check=False
        )
        if finished.returncode == 0:
            self._done(job_id, msgspec.json.decode(finished.stdout, type=Points))
        else:
            print(f"training of {job_id} ended with {finished.returncode}", file=sys.stderr, flush=True)
            self._done(job_id, ())


def main() -> None:
    """The plan comes on standard input, the lessons lie at the path given, the curve goes to standard output."""
    end_with_parent()
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    points = train(read_lessons(Path(sys.argv[1])), plan)
    sys.stdout.buffer.write(msgspec.json.encode(points))


if __name__ == "__main__":
    main()
