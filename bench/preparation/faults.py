"""What rows cost that are wrong, against the same rows before that."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.datasets import Dataset, lines, write
from bench.preparation.bad_rows import FAULTS, Spoil, spoilt
from bench.preparation.ours import STRUCTURE, one_process, pieces, prepared
from bench.preparation.rounds import timed
from bench.preparation.tables import Line, Report, Target
from shared.core.prepare import Assignment

GOOD, ANY = "good rows", "each of these in turn"
MOST = Target("at most", 10)
TRIED = 100  #: rows at most


def tell_faults(report: Report, folder: Path, size: int, rounds: int) -> None:
    """Tell for each fault what a file of nothing but such rows takes."""
    good = list(lines("chat", size))
    datasets = {GOOD: write(folder / "good.jsonl", "chat", good)}
    datasets |= {name: _spoilt(folder / f"{name}.jsonl", good, [spoil]) for name, spoil in FAULTS.items()}
    datasets[ANY] = _spoilt(folder / f"{ANY}.jsonl", good, [*FAULTS.values()])
    result = timed({name: partial(one_process, STRUCTURE, dataset) for name, dataset in datasets.items()}, rounds)
    report.tell(
        f"bad rows: {size / 1e6:.0f} MB in {len(good):,} rows, structural, time against that of good ones",
        [Line(name, result.ratio(name, GOOD, "cpu"), "x cpu", MOST) for name in datasets if name != GOOD],
    )


def _spoilt(path: Path, good: Sequence[bytes], spoils: Sequence[Spoil]) -> Dataset:
    """Raises `ValueError` if such rows are not rejected."""
    tried = write(path, "chat", spoilt(good[:TRIED], spoils))
    if prepared(partial(pieces, tried), Assignment(STRUCTURE)).rows.rejected != tried.rows:
        raise ValueError(f"{path.stem}: not rejected")
    return write(path, "chat", spoilt(good, spoils))
