"""The command as people run it: from a file on disk to files on disk, with hashes and reports, started afresh."""

import subprocess
import sys
from functools import partial

from bench.datasets import Dataset
from bench.preparation.rounds import Task, timed
from bench.preparation.tables import Line, Report
from bench.preparation.ways import script

CALL = "import sys; from shared.command.main import main; sys.exit(main())"
SCRIPT, ONE, TWO = (
    "the script, which writes to the null device",
    "tunedrop check --out",
    "tunedrop check --out --jobs 2",
)


def tell_command(report: Report, dataset: Dataset, rounds: int) -> None:
    """Tell how fast it is by the clock on the wall. Threads of its own read, hash and write."""
    cases = {
        SCRIPT: partial(script, dataset),
        ONE: partial(_checked, dataset, "1"),
        TWO: partial(_checked, dataset, "2"),
    }
    result = timed(cases, rounds)
    speeds = [Line(name, dataset.size / 1e6 / result.seconds(name, "wall"), "MB/s wall") for name in cases]
    ratios = [Line(f"{name} / the script", result.ratio(SCRIPT, name, "wall"), "x wall") for name in (ONE, TWO)]
    report.tell(f"the command: {dataset.kind}, {dataset.size / 1e6:.0f} MB, {rounds} rounds", speeds + ratios)


def _checked(dataset: Dataset, jobs: str) -> Task:
    out = dataset.path.with_suffix(f".out-{jobs}")
    words = ["check", str(dataset.path), "--out", str(out), "--jobs", jobs]
    return partial(subprocess.run, [sys.executable, "-c", CALL, *words], check=True, stdout=subprocess.DEVNULL)
