"""`python -m tests.fuzz --minutes 60 [--seed N] [--keep DIR]`; `--case FILE` tries one again that was kept."""

import argparse
import logging
import sys
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from tests.fuzz.case import Case
from tests.fuzz.loop import Tried, run

TELL_EVERY = 60  #: seconds


def main() -> int:
    """Look for failures; the exit status is 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that fail")
    parser.add_argument("--case", type=Path, help="an input that was kept, to be tried again")
    asked = parser.parse_args()
    if asked.case:
        Case.from_json(asked.case.read_text()).check()
        return 0
    return _look(asked.minutes * 60, asked.seed, asked.keep)


def _look(seconds: float, seed: int, folder: Path | None) -> int:
    logging.disable(logging.WARNING)  # what the reader of tables meets in damaged ones
    start = told = perf_counter()
    tried, known = Tried(), 0
    for tried in run(seed, seconds):
        now = perf_counter()
        for fault, case in [*tried.failures.items()][known:]:
            say(f"input {tried.inputs:,} fails: {fault}{_kept(folder, case)}")
        known = len(tried.failures)
        if now - told > TELL_EVERY:
            told = now
            say(_figures(tried, now - start))
    say(f"{_figures(tried, perf_counter() - start)} (seed {seed})")
    return 1 if tried.failures else 0


def _figures(tried: Tried, seconds: float) -> str:
    pace = f"{tried.inputs:,} inputs in {seconds:,.0f} s ({tried.inputs / max(seconds, 1):.0f}/s)"
    reached = f"{tried.remembered:,} reached new lines, the slowest took {tried.slowest:.2f} s"
    return f"{pace}, {reached}; failures: {len(tried.failures)}"


def _kept(folder: Path | None, case: Case) -> str:
    if folder is None:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    text = case.as_json()
    path = folder / f"{sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(text)
    return f" | kept as {path}"


def say(line: str) -> None:
    """Print at once: an hour's run is watched."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
