"""What must be true after the violence, whatever was killed when."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

type Node = Mapping[str, Any]


def end_of(run: Node) -> str:
    """How a run ended, or the stage it stands at."""
    stage = run["stage"]
    return str(stage["outcome"]["state"] if stage["state"] == "closed" else stage["state"])


def faults(expected: int, runs: Sequence[Node], jobs: Sequence[Node], deployments_made: int) -> list[str]:
    """Every promise that was broken, in words; none is the only good answer."""
    found: list[str] = []
    if len(runs) != expected:
        found.append(f"{expected} datasets were dropped, {len(runs)} runs exist")
    ends = Counter(end_of(run) for run in runs)
    if ends != Counter(expired=expected):
        found.append(f"every run must end expired; found {dict(ends)}")
    suffixes = Counter(str(job["suffix"]) for job in jobs)
    repeated = {suffix: count for suffix, count in suffixes.items() if count > 1}
    if repeated:
        found.append(f"more than one job for {repeated}")
    if len(suffixes) != expected:
        found.append(f"{expected} jobs expected, {len(suffixes)} found")
    if deployments_made != expected:
        found.append(f"{expected} deployments expected, {deployments_made} made")
    return found
