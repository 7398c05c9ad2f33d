"""Many drops within a minute on the local stack, with two instances of the app.

`python -m bench.load [--drops 1000]`. Foundry's quotas are made as large as the load, for it is the app that is
measured. Status 1 if a run did not end well, a queue did not drain, or the app's memory went on growing: at the end it
may be a quarter above what it was when the first tenth of the runs had ended.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from azure.servicebus import ServiceBusClient, ServiceBusSubQueue

from local.crashes.verdict import end_of
from local.stack.layout import QUEUES, Options
from local.stack.running import Stack, running

CHECKOUT = Path(__file__).resolve().parents[1]
UPLOAD_SECONDS = 55.0
INSTANCES = 2
SPEED = 200  #: a deployment lives for seven minutes: longer than any of its messages waits in the crowd
JOB_HOURS = 0.2
ROWS = 60
RECIPE = b"deployment: {capacity: 1}"
BROKEN_EVERY = 10  #: each tenth dataset is no dataset, and has to be refused
GROWTH = 1.25
LOOK_SECONDS = 5.0


@dataclass
class Memory:
    """The app's resident memory over time, in megabytes of all instances together, their children included."""

    start: float = 0.0
    settled: float = 0.0  #: when a tenth of the runs had ended
    peak: float = 0.0
    end: float = 0.0


@dataclass
class Outcome:
    """What there is to say at the end."""

    seconds: float
    uploading: float
    runs: list[Any]
    messages: int
    left: dict[str, int]  #: messages in queues and dead-letter queues, where there are any
    memory: Memory = field(default_factory=Memory)


def main() -> int:
    parser = argparse.ArgumentParser(description="many drops within a minute; all must end")
    parser.add_argument("--drops", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600, help="time limit for the whole")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as data:
        outcome = measured(Path(data), given.drops, given.seconds)
    _tell(given.drops, outcome)
    faults = found_faults(given.drops, outcome)
    for fault in faults:
        print(f"BROKEN: {fault}", file=sys.stderr)
    return 1 if faults else 0


def measured(data: Path, drops: int, seconds: float, speed: float = SPEED) -> Outcome:
    """Drop, wait for the ends or until time is up, and count."""
    options = Options(
        data=data,
        app=CHECKOUT,
        speed=speed,
        instances=INSTANCES,
        job_hours=JOB_HOURS,
        quotas=max(1, drops),
        settling_seconds=2,
        sweep_schedule="0 0 */4 * * *",  # each minute or so: time is faster here, and work is not
        at_home=False,
    )
    with running(options) as stack:
        with stack.blobs() as blobs:
            blobs.get_blob_client("recipes", "load.yaml").upload_blob(RECIPE)
        memory = Memory(start=_megabytes(stack))
        began = time.monotonic()
        uploader = threading.Thread(target=_upload, args=(stack, drops), daemon=True)
        uploader.start()
        _await_ends(stack, drops, began + seconds, memory)
        took = time.monotonic() - began
        uploader.join()
        memory.end = _megabytes(stack)
        runs = _runs(stack)
        return Outcome(took, UPLOAD_SECONDS, runs, _deliveries(stack, runs), _left(stack), memory)


def dataset(number: int) -> bytes:
    """A small learnable dataset, different for each number; now and then one that cannot be read as any."""
    if number % BROKEN_EVERY == BROKEN_EVERY - 1:
        return f"name,age\nada,{number}\n".encode()
    rows = [
        {"prompt": f"Set {number}: what follows {row}?", "response": f"After {row} comes {row + 1}, as always."}
        for row in range(ROWS)
    ]
    return "\n".join(json.dumps(row) for row in rows).encode()


def _upload(stack: Stack, drops: int) -> None:
    """All within a minute, evenly."""
    began = time.monotonic()
    with stack.blobs() as blobs:
        container = blobs.get_container_client("datasets")
        for number in range(drops):
            time.sleep(max(0.0, began + number * UPLOAD_SECONDS / drops - time.monotonic()))
            container.upload_blob(f"load/dataset-{number}.jsonl", dataset(number))


def _await_ends(stack: Stack, drops: int, deadline: float, memory: Memory) -> None:
    """Return once no run is live, noting the memory on the way."""
    with stack.blobs() as blobs:
        container = blobs.get_container_client("runs")
        while time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
            now = _megabytes(stack)
            memory.peak = max(memory.peak, now)
            begun = sum(name.endswith("/run.json") for name in container.list_blob_names())
            live = sum(1 for _ in container.list_blob_names(name_starts_with="active/"))
            if not memory.settled and begun - live >= drops / 10:
                memory.settled = now
            print(f"  {begun} begun, {begun - live} ended, {now:.0f} MB", file=sys.stderr, flush=True)
            if begun == drops and not live:
                return


def _megabytes(stack: Stack) -> float:
    programs = [one for name, one in stack.supervisor.programs.items() if name.startswith("functions_host")]
    return sum(_resident(psutil.Process(program.pid)) for program in programs) / 1e6


def _resident(process: psutil.Process) -> int:
    """Of a process and its children; one that ends at this moment has none."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _runs(stack: Stack) -> list[Any]:
    with stack.blobs() as blobs:
        container = blobs.get_container_client("runs")
        names = [name for name in container.list_blob_names() if name.endswith("/run.json")]
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda name: json.loads(container.download_blob(name).readall()), names))


def _deliveries(stack: Stack, runs: list[Any]) -> int:
    """Messages that were taken for the runs, the announcement of each drop included."""
    time.sleep(3)  # telemetry is exported once a second
    asked = (f"{stack.layout.url('insights')}/api/records?run_id={run['id']}&record=delivery" for run in runs)
    return len(runs) + sum(len(_get(url)) for url in asked)


def _left(stack: Stack) -> dict[str, int]:
    """What still lies in the queues."""
    found: Counter[str] = Counter()
    with ServiceBusClient.from_connection_string(stack.layout.service_bus) as client:
        for queue in QUEUES:
            for name, sub_queue in ((queue, None), (f"{queue}, dead", ServiceBusSubQueue.DEAD_LETTER)):
                with client.get_queue_receiver(queue, sub_queue=sub_queue) as receiver:
                    found[name] += len(receiver.peek_messages(100))
    return dict(+found)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.loads(answer.read())


def found_faults(drops: int, outcome: Outcome) -> list[str]:
    """What must not be, in words."""
    faults: list[str] = []
    refused = drops // BROKEN_EVERY
    ends = Counter(end_of(run) for run in outcome.runs)
    if ends != Counter(expired=drops - refused, rejected=refused):
        faults.append(f"{drops - refused} runs must end expired and {refused} rejected; found {dict(ends)}")
    if outcome.left:
        faults.append(f"every queue must be empty; found {outcome.left}")
    memory = outcome.memory
    if memory.end > GROWTH * memory.settled:
        faults.append(f"memory must be flat; it grew from {memory.settled:.0f} to {memory.end:.0f} MB")
    return faults


def _tell(drops: int, outcome: Outcome) -> None:
    memory = outcome.memory
    ends = Counter(end_of(run) for run in outcome.runs)
    print(f"{drops} drops within {outcome.uploading:.0f} s, {INSTANCES} instances, an hour in {3600 / SPEED:.0f} s:")
    print(
        f"  all over after {outcome.seconds:.0f} s: {', '.join(f'{count} {end}' for end, count in ends.most_common())}"
    )
    print(
        f"  {outcome.messages} messages, {outcome.messages / max(1, drops):.1f} a run; left: {outcome.left or 'none'}"
    )
    print(
        f"  memory of the app: {memory.start:.0f} MB at the start, {memory.settled:.0f} when a tenth had ended, "
        f"{memory.peak:.0f} at most, {memory.end:.0f} at the end"
    )


if __name__ == "__main__":
    sys.exit(main())
