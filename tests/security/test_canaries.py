"""Secrets and dataset text that nobody could mistake go through the whole stack, and are looked for in every place
that it writes to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusSubQueue

from local.functions_host.sign_in import LOG_IN
from local.stack.layout import AZURITE_KEY, QUEUES
from local.stack.running import Stack
from tests.end_to_end.stack import Node, fault, get, job_events, run_that_reached, wait_for
from tests.security.dropped import ROWS, lines

pytestmark = pytest.mark.stack

JOBS = "/openai/v1/fine_tuning/jobs"
TAUGHT, REFUSED, DROPPED = "heliotrope-quokka-4711", "vermilion-axolotl-0815", "chartreuse-pangolin-2718"
TEXTS = (TAUGHT, REFUSED, DROPPED)
SHOWN_ON_PURPOSE = {
    "train.jsonl",  # what is trained on
    "validation.jsonl",
    "test.jsonl",
    "corrected.jsonl",  # the dataset, repaired
    "rejects.jsonl",  # rows that were refused, for who dropped them
    "report.html",  # beginnings of such rows, masked; the page says so
}
"""Files of a run in which text of the dataset belongs (docs/security.md)."""


@dataclass
class Seen:
    """Every place that something was written to, and the bytes that stand there."""

    places: dict[str, bytes] = field(default_factory=dict)

    def with_any(self, canaries: tuple[str, ...]) -> set[tuple[str, str]]:
        return {(place, one) for place, text in self.places.items() for one in canaries if one.encode() in text}


@pytest.fixture(scope="module")
def runs(stack: Stack) -> Mapping[str, Node]:
    """A run that is served, one whose dataset is refused, one that the service refuses; and a message for nobody."""
    taught = [{**row, "response": f"{row['response']} {TAUGHT}"} for row in ROWS]
    refused = json.dumps({"prompt": REFUSED, "response": ""}).encode()
    stack.drop(lines(taught) + b"\n" + refused, "support/canary.jsonl")
    stack.drop(lines([{"prompt": f"{DROPPED} {number}"} for number in range(30)]), "support/canary-refused.jsonl")
    found = {
        "served": run_that_reached(stack, "support/canary.jsonl", "serving"),
        "refused": run_that_reached(stack, "support/canary-refused.jsonl", "closed"),
    }
    error = {"error": {"code": "invalidPayload", "message": "no", "type": "invalid"}}
    fault(stack, match={"method": "POST", "path": JOBS}, times=1, status=400, body=error)
    stack.drop(lines(taught[:50]), "support/canary-failed.jsonl")
    found["failed"] = run_that_reached(stack, "support/canary-failed.jsonl", "closed")
    send_astray(stack, found["served"]["id"])
    return found


def send_astray(stack: Stack, run_id: str) -> None:
    """A command that its run does not need: it becomes a dead letter."""
    body = json.dumps({"step": "watch", "run_id": f"{run_id}0", "revision": 1})
    with ServiceBusClient.from_connection_string(stack.layout.service_bus) as client:
        client.get_queue_sender("watch").send_messages(ServiceBusMessage(body))


def dead_letters(stack: Stack) -> Iterator[bytes]:
    with ServiceBusClient.from_connection_string(stack.layout.service_bus) as client:
        for queue in QUEUES:
            with client.get_queue_receiver(queue, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as receiver:
                yield from (str(message).encode() for message in receiver.peek_messages(100))


@pytest.fixture(scope="module")
def seen(stack: Stack, runs: Mapping[str, Node]) -> Seen:
    wait_for(lambda: list(dead_letters(stack)), "a dead letter")
    wait_for(lambda: [one for one in get(stack, "teams", "/cards.json") if "is served" in one["title"]], "its card")
    data = stack.supervisor.programs["insights"].log.parent.parent
    found = Seen({f"logs/{path.name}": path.read_bytes() for path in sorted((data / "logs").glob("functions*"))})
    found.places |= {f"telemetry/{path.name}": path.read_bytes() for path in sorted((data / "insights").rglob("*.*"))}
    found.places |= {f"queues/{path.name}": path.read_bytes() for path in sorted((data / "service_bus").rglob("*.*"))}
    found.places |= {f"dead letters/{n}": letter for n, letter in enumerate(dead_letters(stack))}
    found.places["cards"] = json.dumps(get(stack, "teams", "/cards.json")).encode()
    for run in runs.values():
        found.places |= stored(stack, run)
    found.places |= pages(stack, runs)
    return found


def pages(stack: Stack, runs: Mapping[str, Node]) -> dict[str, bytes]:
    one_each = [f"/api/runs/{run['id']}" for run in runs.values()]
    paths = [path + more for path in ("/api/runs", *one_each) for more in ("", "?format=json")]
    with httpx2.Client(base_url=stack.layout.url("functions"), trust_env=False, follow_redirects=True) as browser:
        browser.get(LOG_IN, params={"name": "ada@contoso.example", "roles": "viewer"})
        return {f"pages{path}": browser.get(path).raise_for_status().content for path in paths}


def stored(stack: Stack, run: Node) -> dict[str, bytes]:
    with stack.blobs() as blobs:
        container = blobs.get_container_client("runs")
        names = list(container.list_blob_names(name_starts_with=f"{run['id']}/"))
        return {f"runs/{name}": container.download_blob(name).readall() for name in names}


def kinds(seen: Seen) -> set[str]:
    return {Path(place).parts[0] for place in seen.places}


def test_every_kind_of_place_was_looked_at(seen: Seen) -> None:
    assert kinds(seen) == {"logs", "telemetry", "queues", "dead letters", "cards", "pages", "runs"}
    assert all(seen.places[place] for place in seen.places if place.startswith(("logs", "dead", "pages", "cards")))


def test_telemetry_is_there_to_be_looked_at(stack: Stack, seen: Seen, runs: Mapping[str, Node]) -> None:
    written = b"".join(text for place, text in seen.places.items() if place.startswith("telemetry"))
    assert runs["served"]["id"].encode() in written
    assert job_events(stack, runs["served"]["stage"]["job"]["id"])


def test_no_secret_of_the_app_stands_anywhere(stack: Stack, seen: Seen) -> None:
    layout = stack.layout
    secrets = (layout.webhook_signature, layout.service_bus_key, layout.identity_header, AZURITE_KEY, "eyJ")
    assert seen.with_any(secrets) == set()


def test_text_of_a_dataset_stands_where_it_belongs_and_nowhere_else(seen: Seen) -> None:
    found = {place for place, _ in seen.with_any(TEXTS)}
    assert {place for place in found if Path(place).name not in SHOWN_ON_PURPOSE} == set()
    assert {Path(place).name for place in found} >= {"train.jsonl", "rejects.jsonl"}
