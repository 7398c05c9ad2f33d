"""How a run's progress is shown in a terminal: stages as they are reached, a bar and the losses while it trains."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from local.demo.client import Node

LOOK_SECONDS = 0.3
SHOWN = {
    "received": "taken in",
    "prepared": "converted, checked and split",
    "held": "waits for approval",
    "uploading": "files on their way to Foundry",
    "uploaded": "files uploaded",
    "ready": "files processed",
    "submitting": "job on its way",
    "training": "in training",
    "paused": "paused",
    "trained": "trained",
    "accepted": "passed the training gate",
    "deploying": "being deployed",
    "serving": "serving",
    "rejected": "rejected",
    "failed": "failed",
    "cancelled": "cancelled",
    "expired": "no longer served",
    "parked": "stuck",
}


class Stages:
    """Prints each stage once, with the seconds since the drop."""

    def __init__(self, console: Console) -> None:
        self._console, self._began, self._shown = console, time.monotonic(), 0

    def show(self, run: Node) -> None:
        for passage in run["history"][self._shown :]:
            seconds = time.monotonic() - self._began
            words = SHOWN.get(passage["state"])
            if words:
                self._console.print(f"  [dim]{seconds:5.1f} s[/]  {passage['state']:<11} [dim]{words}[/]")
        self._shown = len(run["history"])


@contextmanager
def training_bar(console: Console) -> Generator[Callable[[Node], None]]:
    """A bar that moves with the job's steps and shows its losses; nothing where no terminal is."""
    columns = (TextColumn("           {task.description}"), BarColumn(30), TextColumn("{task.fields[losses]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("training", total=None, visible=False, losses="")

        def show(run: Node) -> None:
            _show_training(progress, task, run)

        yield show


def _show_training(progress: Progress, task: TaskID, run: Node) -> None:
    stage = run["stage"]
    latest = stage.get("latest") if stage["state"] == "training" else None
    if latest:
        metrics = latest["metrics"]
        losses = f"step {latest['step']}   loss {metrics['train_loss']:.3f}"
        progress.update(task, visible=True, losses=losses)
    elif stage["state"] != "training":
        progress.update(task, visible=False)


def follow(console: Console, look: Callable[[], Node | None], until: set[str], seconds: float) -> Node:
    """Show a run until it reaches one of the stages. Raises `TimeoutError`."""
    stages = Stages(console)
    deadline = time.monotonic() + seconds
    with training_bar(console) as show_training:
        while time.monotonic() < deadline:
            run = look()
            if run is not None:
                stages.show(run)
                show_training(run)
                if run["stage"]["state"] in until:
                    return run
            time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"the run did not reach {', '.join(sorted(until))} within {seconds:.0f} s")
