"""`python -m local.stack`: start the laptop's Azure with the app in it, and leave it running until Ctrl-C."""

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from local.stack.layout import Layout, Options
from local.stack.running import running
from local.stack.supervisor import NotReadyError

CHECKOUT = Path(__file__).resolve().parents[2]


def addresses(layout: Layout) -> str:
    """The places to look at, one a line."""
    return "\n".join(
        (
            f"  runs                  {layout.url('functions')}/api/runs",
            f"  Teams channel         {layout.url('teams')}/",
            f"  Application Insights  {layout.url('insights')}/",
            f"  Foundry stand-in      {layout.url('foundry')}/",
        )
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="the laptop's Azure, with the app in it")
    parser.add_argument("--speed", type=float, default=60, help="how much faster than real time jobs and waits pass")
    parser.add_argument("--instances", type=int, default=2, help="of the app")
    parser.add_argument("--scans", action="store_true", help="scan drops for malware, and wait for it")
    parser.add_argument("--signs-in", action="store_true", help="ask who opens a page, and for their app roles")
    parser.add_argument("--data", type=Path, default=CHECKOUT / ".local", help="folder for all state and logs")
    given = parser.parse_args()
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    options = Options(
        data=given.data,
        app=CHECKOUT,
        speed=given.speed,
        instances=given.instances,
        scans=given.scans,
        signs_in=given.signs_in,
    )
    try:
        with running(options, on_restart=lambda name: print(f"{name} died and is started again", flush=True)) as stack:
            print(f"The local stack is running.\n{addresses(stack.layout)}\n")
            print(
                f"Drop a file:   make drop FILE=samples/helpsteer.jsonl AS=helpsteer/helpsteer.jsonl\n"
                f"or upload it to the container `datasets` with any tool:\n  {stack.layout.storage}\n"
                f"Ctrl-C stops everything; state stays in {given.data.name}/.",
                flush=True,
            )
            stop.wait()
            print("stopping", flush=True)
    except NotReadyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
