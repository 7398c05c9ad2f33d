"""`python -m local.demo`: the whole chain, seen from a terminal."""

import argparse
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from rich.console import Console

from local.demo.client import Node, ask, report_of, run_of
from local.demo.progress import follow
from local.stack.__main__ import CHECKOUT, addresses
from local.stack.layout import Options
from local.stack.running import Stack, running
from local.stack.supervisor import NotReadyError

SAMPLE, SAMPLE_DROP = CHECKOUT / "samples" / "helpsteer.jsonl", "helpsteer/helpsteer.jsonl"
BROKEN, BROKEN_DROP = CHECKOUT / "samples" / "broken.csv", "helpsteer/broken.csv"
SPEED = 900  #: a job of three hours in about twelve seconds
JOB_HOURS = 3.0
PATIENCE_SECONDS = 240.0
QUESTION = "My pruning shears squeak and tear the stems. What should I do?"
ENDS = {"serving", "rejected", "failed", "cancelled", "closed", "parked", "held"}


def main() -> int:
    parser = argparse.ArgumentParser(description="a dropped dataset becomes a served model, on this machine")
    parser.add_argument("--stop", action="store_true", help="stop at the end instead of waiting for Ctrl-C")
    parser.add_argument("--data", type=Path, default=CHECKOUT / ".local" / "demo", help="folder for all state")
    given = parser.parse_args()
    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, _interrupt)
    shutil.rmtree(given.data, ignore_errors=True)
    options = Options(data=given.data, app=CHECKOUT, speed=SPEED, job_hours=JOB_HOURS)
    console.print("[bold]Tunedrop[/]: a dropped dataset becomes a served model. Starting the local stack ...")
    try:
        with running(options, lambda name: console.print(f"  {name} died and is started again")) as stack:
            served = _demonstrate(console, stack)
            if served and not given.stop:
                console.print("\nThe stack goes on running. [bold]Ctrl-C[/] stops it.")
                threading.Event().wait()
    except KeyboardInterrupt:
        console.print("\nstopped")
        return 0
    except (NotReadyError, TimeoutError) as error:
        console.print(f"[red]{error}[/]")
        return 1
    return 0 if served else 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _demonstrate(console: Console, stack: Stack) -> bool:
    began = time.monotonic()
    console.print(f"\n[bold]1.[/] {SAMPLE.name} is dropped into the container [bold]datasets/helpsteer[/]")
    stack.drop(SAMPLE.read_bytes(), SAMPLE_DROP)
    run = follow(console, lambda: run_of(stack.layout, SAMPLE_DROP), ENDS, PATIENCE_SECONDS)
    _show_report(console, report_of(stack.layout, run["id"]))
    if run["stage"]["state"] != "serving":
        end = run["stage"].get("outcome", run["stage"])
        reasons = end.get("reasons") or [end.get("reason", "see its page")]
        console.print(f"[red]the run is {end['state']}[/]: {'; '.join(reasons)}")
        return False
    _show_served(console, stack, run)
    console.print(f"\n[bold]2.[/] {BROKEN.name} is dropped, and must be refused")
    stack.drop(BROKEN.read_bytes(), BROKEN_DROP)
    refused = follow(console, lambda: run_of(stack.layout, BROKEN_DROP), {"rejected", "closed"}, PATIENCE_SECONDS)
    _show_report(console, report_of(stack.layout, refused["id"]))
    seconds = time.monotonic() - began
    console.print(f"\n[bold]3.[/] Where to look ({seconds:.0f} s since the first drop)\n{addresses(stack.layout)}")
    return True


def _show_report(console: Console, report: Node) -> None:
    rows = report["rows"]
    parts = " + ".join(f"{count} {name}" for name, count in rows.items() if name != "read" and count)
    console.print(f"           rows: {rows['read']} read = {parts}")
    for reason in report["reasons"]:
        console.print(f"           [yellow]{reason}[/]")
    for finding in report["findings"]:
        lines = ", ".join(str(place["line"]) for place in finding["places"][:5])
        where = f" (line {lines})" if lines else ""
        console.print(f"           [dim]{finding['count']} x {finding['message']}{where}[/]")


def _show_served(console: Console, stack: Stack, run: Node) -> None:
    stage = run["stage"]
    console.print(f"           deployment [bold]{stage['deployment']['name']}[/] until {stage['expires_at'][:16]} UTC")
    console.print(f"           it is asked:   {QUESTION}")
    console.print(f"           and answers:   {ask(stack, stage['deployment']['name'], QUESTION)}")


if __name__ == "__main__":
    sys.exit(main())
