"""How much memory preparation takes at its highest, each time in a fresh process."""

import resource
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench.datasets import Dataset, written
from bench.preparation.ours import ALL_BUT_TOKENS, EVERYTHING, STRUCTURE, pieces, prepared, started
from bench.preparation.tables import Line, Report, Target
from shared.core.prepare import Assignment, Tools
from shared.core.recipe import DataOptions

WITHOUT_TOKENIZER, WITH_TOKENIZER = Target("at most", 150), Target("at most", 300)
SIZES = {  #: in those of the files for speed: at 200 MB, conversations of 50 MB, 500 MB and 1 GB
    "chat": (0.25, 2.5, 5),
    "short": (0.25, 1.25),
}
STRUCTURAL, FULL, EXACT, CREWED = (
    "structural",
    "all but exact tokens",
    "exact tokens",
    "all but exact tokens, crew of two",
)
MODES = {STRUCTURAL: STRUCTURE, FULL: ALL_BUT_TOKENS, EXACT: EVERYTHING, CREWED: ALL_BUT_TOKENS}
LEFT_OUT = {("short", EXACT), ("short", CREWED)}  #: they take minutes, and say what others do


class Peak(NamedTuple):
    """Resident memory at its highest, in MB."""

    reading: float  #: while rows were read
    whole: float  #: until the end, where the tokens of a sample are counted
    hired: float  #: of the largest process that was started


def tell_memory(report: Report, folder: Path, size: int) -> None:
    """Tell what files of several sizes take. To be called while this process is small: Linux counts a parent's in."""
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as fresh:
        made = [
            fresh.submit(written, folder / str(share), kind, int(size * share))
            for kind, shares in SIZES.items()
            for share in shares
        ]
        datasets = [future.result() for future in made]
        peaks = [_peaks(dataset, fresh) for dataset in datasets]
        for dataset, found in zip(datasets, peaks, strict=True):
            title = f"memory, {dataset.kind}: {dataset.size / 1e6:,.0f} MB in {dataset.rows:,} rows"
            report.tell(title, [line for name, peak in found.items() for line in _lines(name, peak.result())])
            dataset.path.unlink()


def _peaks(dataset: Dataset, fresh: ProcessPoolExecutor) -> dict[str, Future[Peak]]:
    return {
        name: fresh.submit(_peak, dataset, mode, hires=name == CREWED)
        for name, mode in MODES.items()
        if (dataset.kind, name) not in LEFT_OUT
    }


def _lines(name: str, peak: Peak) -> Iterator[Line]:
    if name in {STRUCTURAL, FULL}:
        yield Line(f"{name}, until all rows are read", peak.reading, "MB", WITHOUT_TOKENIZER)
    yield Line(name, peak.whole, "MB", WITH_TOKENIZER)
    if name == CREWED:
        yield Line(f"{name}, each of the two", peak.hired, "MB", WITHOUT_TOKENIZER)


def _peak(dataset: Dataset, options: DataOptions, *, hires: bool) -> Peak:
    noted: list[float] = []

    def read() -> Iterator[bytes]:
        yield from pieces(dataset)
        noted.append(_highest(resource.RUSAGE_SELF))

    prepared(read, Assignment(options), Tools(hire=started if hires else None))
    return Peak(noted[-1], _highest(resource.RUSAGE_SELF), _highest(resource.RUSAGE_CHILDREN))


def _highest(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024
