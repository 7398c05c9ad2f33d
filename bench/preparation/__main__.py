"""`python -m bench.preparation`: read the options, and tell all figures."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.datasets import written
from bench.preparation.command import tell_command
from bench.preparation.faults import tell_faults
from bench.preparation.memory import tell_memory
from bench.preparation.real_rows import FILES, corpus, real
from bench.preparation.speed import tell_alone, tell_counting, tell_crewed
from bench.preparation.tables import Report

MB = 1_000_000
MEMORY = (0.25, 2.5, 5)  #: sizes for memory, in those for speed: 50 MB, 500 MB and 1 GB
COUNTED = 0.2  #: of the size for speed, where all tokens are counted: that takes ten times as long
SPOILT = 0.25
REAL = 0.25


def main() -> None:
    """Measure in temporary files."""
    parser = argparse.ArgumentParser(description="How fast datasets are prepared, and in how much memory.")
    parser.add_argument("--mb", type=int, default=200, help="size of each dataset (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way runs (default: 3)")
    options = parser.parse_args()
    report = Report()
    with TemporaryDirectory(prefix="bench-") as folder:
        _measure(report, Path(folder), options.mb * MB, options.rounds)
    report.sum_up()


def _measure(report: Report, folder: Path, size: int, rounds: int) -> None:
    tell_memory(report, folder, [int(size * share) for share in MEMORY])
    tell_faults(report, folder, int(size * SPOILT), rounds)
    for kind in ("helpsteer", "chat", "dpo"):
        dataset = written(folder, kind, size)
        tell_crewed(report, dataset, rounds)
        if kind == "chat":
            tell_command(report, dataset, rounds)
        dataset.path.unlink()
    tell_counting(report, written(folder, "chat", int(size * COUNTED)), rounds)
    _measure_real(report, folder, int(size * REAL), rounds)


def _measure_real(report: Report, folder: Path, size: int, rounds: int) -> None:
    public = corpus()
    if public is None:
        print("\nno public datasets: TUNEDROP_CORPUS names no folder")
        return
    for kind, file in FILES.items():
        tell_alone(report, real(folder, kind, public / file, size), rounds)


if __name__ == "__main__":
    main()
