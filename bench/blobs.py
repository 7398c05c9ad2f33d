"""Preparation from blob to blob, as the service does it: its memory, and whether download, work and upload overlap.

`python -m bench.blobs [--mb 1000]`. With the service's own clients and settings, against Azurite on loopback; bytes
wait as they would on a connection of `CONNECTION`. Each part is done in a fresh process: first all together, then each
alone.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.datasets import Dataset, written
from bench.preparation.ours import ALL_BUT_TOKENS, pieces
from bench.preparation.ours import prepared as prepared_from_disk
from bench.preparation.tables import Line, Report, Target
from local.certificates import certificate_in
from local.stack.layout import Options, app_settings, layout_in, stand_ins
from local.stack.running import Stack, furnish
from local.stack.supervisor import Supervisor
from shared.bootstrap import datasets_container, services
from shared.core.drop import Blob, FilePlace, drop_of_file
from shared.core.errors import DatasetInvalid
from shared.core.prepare import Assignment
from shared.core.run import Run
from shared.ports import Services
from shared.preparation import REPORT, prepared

CHECKOUT = Path(__file__).resolve().parents[1]
MB = 1_000_000
NAME = "bench/chat.jsonl"
CONNECTION = 50 * MB  #: bytes a second, of each file; on loopback alone there would be nothing to wait for
COPIES = 2  #: of each example that are uploaded: into its part, and for the repaired file
INSTANCE, OVERLAP = Target("at most", 2000), Target("at most", 0.9)

type Part = Callable[[], object]


class Taken(NamedTuple):
    """What a part took."""

    seconds: float
    peak: float  #: of resident memory, MB


def main() -> None:
    """Measure on a stack of storage alone."""
    parser = argparse.ArgumentParser(description="How preparation streams from blob to blob.")
    parser.add_argument("--mb", type=int, default=200, help="size of the dataset (default: 200)")
    options = parser.parse_args()
    report = Report()
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        storage(Path(folder)) as stack,
        ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh,
    ):
        dataset = fresh.submit(written, Path(folder), "chat", options.mb * MB).result()
        with stack.blobs() as blobs, dataset.path.open("rb") as file:
            blobs.get_blob_client("datasets", NAME).upload_blob(file)
        parts = {"together": _together, "download": _download, "work": partial(_work, dataset)}
        taken = {name: fresh.submit(_timed, part).result() for name, part in parts.items()}
        taken["upload"] = fresh.submit(_timed, partial(_upload, dataset)).result()
    _tell(report, dataset, taken)
    report.sum_up()


def _tell(report: Report, dataset: Dataset, taken: dict[str, Taken]) -> None:
    together, *alone = (each.seconds for each in taken.values())
    lines = [Line(f"{name}{'' if name == 'together' else ' alone'}", each.seconds, "s") for name, each in taken.items()]
    lines += [
        Line("together, of the sum of the parts", together / sum(alone), "", OVERLAP),
        Line("together, of the longest part", together / max(alone), ""),
        Line("memory at its highest", taken["together"].peak, "MB", INSTANCE),
    ]
    report.tell(f"blob to blob, {dataset.size / MB:,.0f} MB in {dataset.rows:,} rows", lines)


@contextmanager
def storage(folder: Path) -> Iterator[Stack]:
    """Azurite with the app's containers; the environment has the app's settings, for processes to come."""
    options = Options(data=folder, app=CHECKOUT, at_home=False)
    layout = layout_in(folder, at_home=False)
    certificate = certificate_in(folder / "foundry")
    supervisor = Supervisor(folder / "logs", lambda name: print(f"{name} was started again"))
    stack = Stack(layout, supervisor, certificate.certificate)
    os.environ.update(app_settings(options, layout, certificate))
    try:
        supervisor.start(stand_ins(options, layout)[:1], {})
        furnish(stack, CHECKOUT / "recipes")
        yield stack
    finally:
        supervisor.stop()


class Distant:
    """A port of the service whose bytes take their time."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


class DistantDatasets(Distant):
    def read(self, container: str, blob: Blob) -> Iterator[bytes]:
        for chunk in self._port.read(container, blob):
            time.sleep(len(chunk) / CONNECTION)
            yield chunk


class DistantFiles(Distant):
    def writer(self, run_id: str, name: str) -> "DistantWriter":
        return DistantWriter(self._port.writer(run_id, name))


class DistantWriter(Distant):
    def write(self, data: bytes) -> None:
        time.sleep(len(data) / CONNECTION)
        self._port.write(data)


@cache
def distant() -> Services:
    """The service's own, with storage at some distance."""
    own = services()
    return replace(own, datasets=DistantDatasets(own.datasets), files=DistantFiles(own.files))


def _timed(part: Part) -> Taken:
    distant()
    began = time.perf_counter()
    part()
    seconds = time.perf_counter() - began
    return Taken(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _run() -> Run:
    blob = distant().datasets.head(datasets_container(), NAME)
    if blob is None:
        raise FileNotFoundError(NAME)
    place = FilePlace(name=NAME, recipe="default")
    return Run.begin(drop_of_file(datasets_container(), blob, place), distant().now())


def _together() -> None:
    """The step `prepare`. That a file is more than Foundry takes is told once all is written."""
    with suppress(DatasetInvalid):
        prepared(_run(), distant())


def _download() -> None:
    run = _run()
    digest = sha256()
    for chunk in distant().datasets.read(run.drop.container, run.drop.parts[0].blob):
        digest.update(chunk)


def _work(dataset: Dataset) -> None:
    prepared_from_disk(partial(pieces, dataset), Assignment(ALL_BUT_TOKENS))


def _upload(dataset: Dataset) -> None:
    """As many bytes as were written; which ones does not matter."""
    run = _run()
    report = json.loads(b"".join(distant().files.read(run.id, REPORT) or ()))
    left = COPIES * sum(report[name]["bytes"] for name in ("training", "validation", "test"))
    writer = distant().files.writer(run.id, "uploaded-alone.jsonl")
    digest = sha256()
    for piece in chain.from_iterable(pieces(dataset) for _ in range(COPIES)):
        digest.update(piece[:left])
        writer.write(piece[:left])
        left -= len(piece[:left])
    writer.commit()


if __name__ == "__main__":
    main()
