"""`python -m local.event_grid`: watch a container and announce its new blobs on a queue."""

import argparse
import logging
import signal
import threading
from pathlib import Path
from types import FrameType

from local.event_grid.clients import BusQueue, ContainerBlobs
from local.event_grid.events import Etag, Schema, default_etag
from local.event_grid.faults import Faults
from local.event_grid.ledger import Ledger
from local.event_grid.watcher import Manner, Watcher, watch
from local.serving import announce, end_with_parent


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m local.event_grid", description="Event Grid's part on the laptop.")
    options.add_argument("--data", type=Path, required=True, help="folder for the ledger of what was announced")
    options.add_argument("--storage", required=True, help="connection string of the blobs")
    options.add_argument("--service-bus", required=True, help="connection string of the queue")
    options.add_argument("--container", required=True, help="the container that is watched")
    options.add_argument("--queue", required=True, help="the queue that gets the events")
    options.add_argument("--schema", type=Schema, choices=list(Schema), default=Schema.CLOUDEVENTS)
    options.add_argument("--etag", type=Etag, choices=list(Etag), help="default: as the schema's examples have it")
    options.add_argument("--duplicate-every", type=int, default=0, metavar="K", help="send every K-th event twice")
    options.add_argument("--drop-every", type=int, default=0, metavar="K", help="lose every K-th event")
    options.add_argument("--port", type=int, help="taken as by every stand-in; nothing listens here")
    return options


def manner(options: argparse.Namespace) -> Manner:
    """How the command line wants events written and delivered."""
    etag = options.etag or default_etag(options.schema)
    return Manner(options.schema, etag, Faults(options.duplicate_every, options.drop_every))


def main() -> None:
    """Watch until SIGTERM, Ctrl-C or the parent's end."""
    options = parser().parse_args()
    logging.basicConfig(format="event grid: %(message)s", level=logging.WARNING)
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    end_with_parent()
    blobs = ContainerBlobs(options.storage, options.container)
    queue = BusQueue(options.service_bus, options.queue, options.schema)
    ledger = Ledger(options.data)
    announce("event_grid", blobs.source.url)
    watch(Watcher(blobs, queue, ledger, manner(options)), stop)
    queue.close()
    ledger.close()


if __name__ == "__main__":
    main()
