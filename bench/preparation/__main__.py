"""`python -m bench.preparation`: read the options, and tell all figures, or some."""

import argparse
from collections.abc import Callable
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
COUNTED, SPOILT, REAL = 0.2, 0.25, 0.2  #: sizes for what takes longer, in those of the others

type Tell = Callable[[Report, Path, int, int], None]  #: of files of a size, in some rounds


def memory(report: Report, folder: Path, size: int, _rounds: int) -> None:
    tell_memory(report, folder, size)


def bad(report: Report, folder: Path, size: int, rounds: int) -> None:
    tell_faults(report, folder, int(size * SPOILT), rounds)


def speed(report: Report, folder: Path, size: int, rounds: int) -> None:
    for kind in ("helpsteer", "dpo"):
        tell_alone(report, written(folder, kind, size), rounds)
    chat = written(folder, "chat", size)
    tell_crewed(report, chat, rounds)
    tell_command(report, chat, rounds)


def tokens(report: Report, folder: Path, size: int, rounds: int) -> None:
    tell_counting(report, written(folder, "chat", int(size * COUNTED)), rounds)


def public(report: Report, folder: Path, size: int, rounds: int) -> None:
    if source := corpus():
        for kind, file in FILES.items():
            tell_alone(report, real(folder, kind, source / file, int(size * REAL)), rounds)
    else:
        print("\nno public datasets: TUNEDROP_CORPUS names no folder")


TELLS: dict[str, Tell] = {"memory": memory, "bad": bad, "speed": speed, "tokens": tokens, "public": public}
"""In this order: memory is measured while this process is small."""


def main() -> None:
    """Measure in temporary files."""
    parser = argparse.ArgumentParser(description="How fast datasets are prepared, and in how much memory.")
    parser.add_argument("--mb", type=int, default=200, help="size of each dataset (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way runs (default: 3)")
    parser.add_argument("--only", choices=TELLS, help="one subject (default: all)")
    options = parser.parse_args()
    report = Report()
    with TemporaryDirectory(prefix="bench-") as folder:
        for name in [options.only] if options.only else TELLS:
            within = Path(folder) / name
            within.mkdir()
            TELLS[name](report, within, options.mb * MB, options.rounds)
    report.sum_up()


if __name__ == "__main__":
    main()
