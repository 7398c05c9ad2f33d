"""`python -m local.scanner`: scan a container's blobs for malware, and tag them with the result."""

import argparse
import logging
import signal
import threading
from pathlib import Path
from types import FrameType

from azure.storage.blob import ContainerClient

from local.scanner.scanner import Scanner, scan
from local.serving import announce, end_with_parent


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m local.scanner", description="Defender's part on the laptop.")
    options.add_argument("--storage", required=True, help="connection string of the blobs")
    options.add_argument("--container", required=True, help="the container that is scanned")
    options.add_argument("--skip", metavar="TEXT", help="never scan blobs with this in their name")
    options.add_argument("--data", type=Path, help="taken as by every stand-in; the results are tags of the blobs")
    options.add_argument("--port", type=int, help="taken as by every stand-in; nothing listens here")
    return options


def main() -> None:
    """Scan until SIGTERM, Ctrl-C or the parent's end."""
    options = parser().parse_args()
    logging.basicConfig(format="scanner: %(message)s", level=logging.WARNING)
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    end_with_parent()
    container = ContainerClient.from_connection_string(options.storage, options.container, retry_total=0)
    announce("scanner", container.url.partition("?")[0])
    scan(Scanner(container, options.skip), stop)


if __name__ == "__main__":
    main()
