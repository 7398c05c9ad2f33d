"""`python -m tests.upgrade.keep VERSION`: what this version stores and sends, kept for those to come.

Runs real drops on the local stack and takes one document for each stage, one message of each kind, and the reports, as
they pass by. Needs nothing of the app but what is stored, so that it can be run in the checkout of an older version.
"""

import json
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from azure.servicebus import ServiceBusClient, ServiceBusReceiver
from azure.storage.blob import ContainerClient

from local.stack.layout import QUEUES, Options
from local.stack.running import Stack, running

CHECKOUT = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
SECONDS = 150.0  #: from the first drop to the last end, with time to spare
ROWS = b"\n".join(json.dumps({"prompt": f"Which {n}?", "response": f"Take {n * 7 % 40}."}).encode() for n in range(60))
RECIPES = {"support": "deployment: {capacity: 5}", "dear": "budget: {ask_above_usd: 0.0001}"}
DROPS = {
    **{f"support/questions-{number}.jsonl": ROWS for number in range(6)},  # several: a stage may pass unseen
    "support/autumn/train.jsonl": ROWS,
    "support/broken.csv": b"name,age\nada,36\n",
    "dear/questions.jsonl": ROWS,
}


def main() -> int:
    kept: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="upgrade-") as data:
        options = Options(
            data=Path(data), app=Path.cwd(), speed=3600, job_hours=1, lock_seconds=5, settling_seconds=2, at_home=False
        )
        with running(options) as stack:
            _watch(stack, kept)
    folder = FIXTURES / sys.argv[1]
    for name, content in sorted(kept.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(FIXTURES))  # noqa: T201  # a program for a terminal
    return 0


def _watch(stack: Stack, kept: dict[str, bytes]) -> None:
    """Drop everything, and keep what is new until all runs are closed."""
    with ExitStack() as stacked:
        runs = stacked.enter_context(stack.blobs()).get_container_client("runs")
        client = stacked.enter_context(ServiceBusClient.from_connection_string(stack.layout.service_bus))
        queues = {name: stacked.enter_context(client.get_queue_receiver(name)) for name in QUEUES}
        _drop(stack)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and not _is_over(found := list(_documents(runs))):
            for run, content in found:
                if run["stage"]["state"] != "closed":
                    kept.setdefault(f"runs/{run['stage']['state']}.json", content)
            for name, content in _messages(queues):
                kept.setdefault(f"messages/{name}.json", content)
            _refuse(stack, [run["id"] for run, _ in found if run["stage"]["state"] == "held"])
        for run, content in _documents(runs):
            kept.setdefault(f"runs/{run['stage']['state']}-{run['stage']['outcome']['state']}.json", content)
            report = runs.get_blob_client(f"{run['id']}/report.json")
            kept.setdefault(f"reports/{run['stage']['outcome']['state']}.json", report.download_blob().readall())


def _drop(stack: Stack) -> None:
    with stack.blobs() as blobs:
        for name, text in RECIPES.items():
            blobs.get_blob_client("recipes", f"{name}.yaml").upload_blob(text.encode(), overwrite=True)
    for name, content in DROPS.items():
        stack.drop(content, name)


def _documents(runs: ContainerClient) -> Iterator[tuple[Any, bytes]]:
    for name in runs.list_blob_names():
        if name.endswith("/run.json"):
            content = runs.download_blob(name).readall()
            yield json.loads(content), content


def _messages(queues: dict[str, ServiceBusReceiver]) -> Iterator[tuple[str, bytes]]:
    for name, receiver in queues.items():
        for message in receiver.peek_messages(20):
            body = b"".join(message.body)
            yield f"{name}-settle" if b'"settle"' in body else name, body


def _is_over(found: list[tuple[Any, bytes]]) -> bool:
    return len(found) == len(DROPS) and all(run["stage"]["state"] == "closed" for run, _ in found)


def _refuse(stack: Stack, held: list[str]) -> None:
    for run_id in held:
        url = f"{stack.layout.url('functions')}/api/runs/{run_id}/decisions?format=json"
        with urllib.request.urlopen(url, b"decision=refuse", timeout=30) as answer:
            answer.read()


if __name__ == "__main__":
    sys.exit(main())
