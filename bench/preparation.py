"""How fast datasets are prepared, against what people do by hand, and how much memory that takes.

`python -m bench.preparation [--mb 50]`. All ways run in one process, in turn, in an order that changes each round: of
the times only their ratios mean something on a machine that others use too. Memory is measured in fresh processes.
"""

import argparse
import io
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import orjson

from bench.datasets import ROWS, lines
from shared.core.prepare import Assignment, Outputs, Report, Source, prepare
from shared.core.recipe import DataOptions

CHUNK_BYTES = 256 * 1024
MEMORY_SIZES = (50, 500)  #: MB of input
SCRIPT, FAST, OURS = "the well-known script", "orjson, no checks", "ours, all checks"

type Way = Callable[[bytes, str], object]


class Nowhere:
    """Takes bytes and keeps none."""

    def write(self, data: bytes, /) -> None:
        """Forget them."""

    def digest(self) -> str:
        """No hash: hashing belongs to the threads that read and write."""
        return "0" * 64


class Everywhere:
    """Gives bytes, likewise."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def digest(self) -> str:
        return "0" * 64


def ours(data: bytes, _kind: str) -> Report:
    """Everything: rows checked, counted, split, hashed, duplicates out."""
    return _prepared(data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES))


def script(data: bytes, kind: str) -> int:
    """What the well-known script does: text lines, json.loads, a dict, json.dumps. It checks and counts nothing."""
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    for line in io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"):
        written.write(json.dumps(_converted(json.loads(line), kind), ensure_ascii=False) + "\n")
    return written.tell()


def fast(data: bytes, kind: str) -> int:
    """The same with the fastest JSON library for Python."""
    written = io.BytesIO()
    for line in io.BytesIO(data):
        written.write(orjson.dumps(_converted(orjson.loads(line), kind)) + b"\n")
    return written.tell()


def _converted(row: dict[str, str], kind: str) -> object:
    if kind == "chat":
        return {"messages": row["messages"]}
    if kind == "dpo":
        return {key: row[key] for key in ("input", "preferred_output", "non_preferred_output")}
    said = (("system", "You help."), ("user", row["prompt"].strip()), ("assistant", row["response"].strip()))
    return {"messages": [{"role": role, "content": text} for role, text in said]}


WAYS: dict[str, Way] = {SCRIPT: script, FAST: fast, OURS: ours}


def _prepared(chunks: Iterable[bytes]) -> Report:
    nowhere = Nowhere()
    source = Source("bench.jsonl", "whole", lambda: Everywhere(chunks))
    return prepare([source], Assignment(DataOptions()), lambda: Outputs(nowhere, nowhere, nowhere, nowhere))


def compare(kind: str, megabytes: int, rounds: int) -> None:
    """Print each way's speed, and its ratio to the script: medians over the rounds."""
    data = b"".join(lines(kind, megabytes * 1_000_000))
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    names = list(WAYS)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            begin = time.process_time()
            WAYS[name](data, kind)
            seconds[name].append(time.process_time() - begin)
    print(f"\n{kind}: {len(data) / 1e6:.0f} MB, {data.count(b'\n'):,} rows, {rounds} rounds")
    for name, times in seconds.items():
        ratio = statistics.median(theirs / own for theirs, own in zip(seconds[SCRIPT], times, strict=True))
        print(f"  {name:24} {len(data) / 1e6 / statistics.median(times):6.0f} MB/s   x {ratio:.2f} of the script")


def measure_memory() -> None:
    """Print what a fresh process takes for a small and a large file."""
    print("memory at its highest, in a fresh process")
    for kind in ROWS:
        for megabytes in MEMORY_SIZES:
            command = [sys.executable, "-m", "bench.preparation", "--alone", kind, "--mb", str(megabytes)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            print(f"  {kind:10} {megabytes:4} MB: {told}")


def alone(kind: str, megabytes: int) -> None:
    """Prepare a file that is made on the way, and print the memory this process took."""
    report = _prepared(_blocks(lines(kind, megabytes * 1_000_000)))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB for {report.rows.read:,} rows")


def _blocks(some_lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for number, line in enumerate(some_lines, start=1):
        held.append(line)
        if number % 64 == 0:
            yield b"".join(held)
            held = []
    yield b"".join(held)


def main() -> None:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description="How fast datasets are prepared, and in how much memory.")
    parser.add_argument("--mb", type=int, default=50, help="size of each dataset (default: 50)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each way runs (default: 5)")
    parser.add_argument("--no-memory", action="store_true", help="leave the memory out: it takes a minute or two")
    parser.add_argument("--alone", choices=ROWS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        alone(options.alone, options.mb)
        return
    if not options.no_memory:
        measure_memory()  # first, while this process is small: Linux counts a parent's size into its child's maximum
    for kind in ROWS:
        compare(kind, options.mb, options.rounds)


if __name__ == "__main__":
    main()
