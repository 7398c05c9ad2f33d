"""How much memory preparation takes at its highest, each time in a fresh process."""

import resource
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench.datasets import Dataset, written
from bench.preparation.ours import ALL_BUT_TOKENS, EVERYTHING, STRUCTURE, pieces, prepared, started
from bench.preparation.tables import Line, Report, Target
from shared.core.prepare import Assignment, Tools
from shared.core.recipe import DataOptions

WITHOUT_TOKENIZER, WITH_TOKENIZER = Target("at most", 150), Target("at most", 300)
KINDS = ("chat", "short")
MODES = {"structural": STRUCTURE, "all but exact tokens": ALL_BUT_TOKENS, "exact tokens": EVERYTHING}
COUNTED_KINDS = ("chat",)  #: in which exact tokens are counted too: it takes ten times as long


class Peak(NamedTuple):
    """Resident memory at its highest, in MB."""

    reading: float  #: while rows were read
    whole: float  #: until the end, where the tokens of a sample are counted
    hired: float  #: of the largest process that was started


def tell_memory(report: Report, folder: Path, sizes: Sequence[int]) -> None:
    """Tell what files of some sizes take. To be called while this process is small: Linux counts a parent's in."""
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for kind in KINDS:
            for size in sizes:
                dataset = fresh.submit(written, folder, kind, size).result()
                _tell(report, dataset, fresh)
                dataset.path.unlink()


def _tell(report: Report, dataset: Dataset, fresh: ProcessPoolExecutor) -> None:
    modes = {name: mode for name, mode in MODES.items() if mode is not EVERYTHING or dataset.kind in COUNTED_KINDS}
    alone = {name: fresh.submit(_peak, dataset, mode, 0) for name, mode in modes.items()}
    lines = [line for name, future in alone.items() for line in _lines(name, future.result())]
    crewed = fresh.submit(_peak, dataset, ALL_BUT_TOKENS, 2).result()
    lines += [
        Line("all but exact tokens, in the midst of two more", crewed.whole, "MB", WITH_TOKENIZER),
        Line("all but exact tokens, each of the two", crewed.hired, "MB", WITHOUT_TOKENIZER),
    ]
    report.tell(f"memory, {dataset.kind}, {dataset.size / 1e6:,.0f} MB in {dataset.rows:,} rows", lines)


def _lines(name: str, peak: Peak) -> Iterator[Line]:
    if name != "exact tokens":
        yield Line(f"{name}, until all rows are read", peak.reading, "MB", WITHOUT_TOKENIZER)
    yield Line(name, peak.whole, "MB", WITH_TOKENIZER)


def _peak(dataset: Dataset, options: DataOptions, processes: int) -> Peak:
    noted: list[float] = []

    def read() -> Iterator[bytes]:
        yield from pieces(dataset)
        noted.append(_highest(resource.RUSAGE_SELF))

    prepared(read, Assignment(options), Tools(hire=started if processes else None))
    return Peak(noted[-1], _highest(resource.RUSAGE_SELF), _highest(resource.RUSAGE_CHILDREN))


def _highest(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024
