"""How fast datasets are prepared, against what people do by hand, and how much memory that takes.

`python -m bench.preparation [--mb 200] [--rounds 3]`.
"""

import argparse
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.cookbook import cookbook
from bench.datasets import Dataset, written
from bench.ours import ALL_BUT_TOKENS, EVERYTHING, STRUCTURE, STRUCTURE_AND_TOKENS, one_process, two_processes
from bench.rounds import timed
from bench.tables import Target, tell_ratios, tell_speeds
from bench.ways import Way, bare_orjson, check_file, script

SCRIPT, ORJSON, TOGETHER, COOKBOOK = "the script", "bare orjson", "together's check_file", "cookbook with tiktoken"
STRUCTURAL, FULL = "ours, structural", "ours, all but exact tokens"
STRUCTURAL_EXACT, EXACT = "ours, structural and exact tokens", "ours, everything, exact tokens"
STRUCTURAL_TWO, FULL_TWO, EXACT_TWO = (
    f"{STRUCTURAL}, two processes",
    f"{FULL}, two processes",
    f"{EXACT}, two processes",
)

WAYS: dict[str, Way] = {
    SCRIPT: script,
    ORJSON: bare_orjson,
    TOGETHER: check_file,
    STRUCTURAL: partial(one_process, STRUCTURE),
    FULL: partial(one_process, ALL_BUT_TOKENS),
    STRUCTURAL_TWO: partial(two_processes, STRUCTURE),
    FULL_TWO: partial(two_processes, ALL_BUT_TOKENS),
}
COUNTING_WAYS: dict[str, Way] = {
    COOKBOOK: cookbook,
    STRUCTURAL_EXACT: partial(one_process, STRUCTURE_AND_TOKENS),
    EXACT: partial(one_process, EVERYTHING),
    EXACT_TWO: partial(two_processes, EVERYTHING),
}
OF_ALL = [
    Target(STRUCTURAL, TOGETHER, 2),
    Target(FULL, SCRIPT, 1),
    Target(STRUCTURAL_TWO, STRUCTURAL, 1.8, "wall"),
    Target(FULL_TWO, FULL, 1.8, "wall"),
]
TARGETS = {
    "helpsteer": [Target(STRUCTURAL, SCRIPT, 6), Target(STRUCTURAL, ORJSON, 1.2), *OF_ALL],
    "chat": [Target(STRUCTURAL, SCRIPT, 3.5), Target(STRUCTURAL, ORJSON, 0.9), *OF_ALL],
    "dpo": [Target(STRUCTURAL, SCRIPT, 3.5), *OF_ALL],
}
OF_COUNTING = [
    Target(STRUCTURAL_EXACT, COOKBOOK, 1.8),
    Target(EXACT, COOKBOOK, 1.8),
    Target(EXACT_TWO, COOKBOOK, 3.8, "wall"),
    Target(EXACT_TWO, EXACT, 1.8, "wall"),
]
COUNTED_SHARE = 5  #: counting tokens takes some ten times as long: a fifth of the file will do


def main() -> None:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description="How fast datasets are prepared, and in how much memory.")
    parser.add_argument("--mb", type=int, default=200, help="size of each dataset (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way runs (default: 3)")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bench-") as folder:
        for kind in TARGETS:
            compare(written(Path(folder), kind, options.mb * 1_000_000), options.rounds)
        compare_counting(written(Path(folder), "chat", options.mb * 1_000_000 // COUNTED_SHARE), options.rounds)


def compare(dataset: Dataset, rounds: int) -> None:
    """Print how all ways do that count no tokens."""
    result = timed(dataset, WAYS, rounds)
    tell_speeds(result, (STRUCTURAL_TWO, FULL_TWO))
    tell_ratios(result, TARGETS[dataset.kind])


def compare_counting(dataset: Dataset, rounds: int) -> None:
    """Print how the ways do that count the tokens of every row."""
    result = timed(dataset, COUNTING_WAYS, rounds)
    tell_speeds(result, (EXACT_TWO,))
    tell_ratios(result, OF_COUNTING)


if __name__ == "__main__":
    main()
