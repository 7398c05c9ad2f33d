"""One run on the local stack: seconds from drop to submitted job, and deliveries for a job of ten virtual hours.

`python -m bench.pipeline`. The seconds are real and depend on the machine: they are given beside the seconds that
starting the interpreter and importing the app takes in the same minute. The deliveries do not: waits are shortened by
the stack, but how often the app looks is its own policy.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from local.stack.layout import Options
from local.stack.running import Stack, running

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLE = CHECKOUT / "samples" / "helpsteer.jsonl"
NAME = "helpsteer/bench.jsonl"
HOURS = 10.0
SPEED = 600  #: a minute for the job; faster, the looks themselves would take up virtual hours
PATIENCE_SECONDS = 120.0


def main() -> None:
    baseline = _import_seconds()
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        options = Options(data=Path(data), app=CHECKOUT, speed=SPEED, job_hours=HOURS, at_home=False)
        with running(options) as stack:
            dropped = time.time()
            stack.drop(SAMPLE.read_bytes(), NAME)
            run = _serving(stack)
            deliveries = _deliveries(stack, run["id"])
    submitted = next(passage["at"] for passage in run["history"] if passage["state"] == "training")
    seconds = _epoch(submitted) - dropped
    print(f"from drop to submitted job: {seconds:.2f} s real ({seconds / baseline:.1f} x importing the app)")
    print(f"a job of {HOURS:g} virtual hours, from drop to serving:")
    print(f"  function executions  {sum(deliveries.values()) + 1}  (1 intake, {_listed(deliveries)})")


def _import_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import function_app"], cwd=CHECKOUT, check=True)
    return time.perf_counter() - began


def _serving(stack: Stack) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        runs = _get(f"{stack.layout.url('functions')}/api/runs?format=json")
        if runs and any(passage["state"] in {"serving", "closed"} for passage in runs[0]["history"]):
            return runs[0]
        time.sleep(0.3)
    raise TimeoutError(f"the run was not served within {PATIENCE_SECONDS:.0f} s")


def _deliveries(stack: Stack, run_id: str) -> Counter[str]:
    """By step, once no more arrive."""
    seen: list[Any] = []
    while True:
        time.sleep(3)  # telemetry is exported once a second
        records = _get(f"{stack.layout.url('insights')}/api/records?run_id={run_id}&record=delivery")
        if len(records) == len(seen):
            return Counter(record["properties"]["step"] for record in records)
        seen = records


def _listed(deliveries: Counter[str]) -> str:
    return ", ".join(f"{count} {step}" for step, count in deliveries.most_common())


def _epoch(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.loads(answer.read())


if __name__ == "__main__":
    main()
