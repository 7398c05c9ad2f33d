"""A stack for tests, and what a test asks it: runs as documents, effects as the stand-ins counted them."""

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.identity.token import token_for
from local.serving import Certificate
from local.stack.layout import Options, app_settings
from local.stack.running import Stack, running

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0
RECIPE = b"deployment: {capacity: 5}"  #: small, for many deployments share one quota

type Node = Mapping[str, Any]


@contextmanager
def stack_in(data: Path, **changes: Any) -> Iterator[Stack]:
    """Two instances of the app; an hour passes in a second."""
    options = Options(
        data=data, app=CHECKOUT, speed=3600, job_hours=1, lock_seconds=5, settling_seconds=2, at_home=False
    )
    with running(replace(options, **changes)) as stack:
        put_recipe(stack, "support", RECIPE)
        yield stack


def wait_for[T](look: Callable[[], T | None], what: str) -> T:
    """Look until there is something; a test that waits in vain fails with what it waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE_SECONDS:.0f} s in vain for {what}")


def runs_named(stack: Stack, name: str) -> list[Node]:
    with stack.blobs() as blobs:
        container = blobs.get_container_client("runs")
        names = [each for each in container.list_blob_names() if each.endswith("/run.json")]
        documents = [json.loads(container.download_blob(each).readall()) for each in names]
    return [document for document in documents if document["drop"]["name"] == name]


def states(run: Node) -> list[str]:
    return [passage["state"] for passage in run["history"]]


def run_that_reached(stack: Stack, name: str, *any_of: str) -> Node:
    def look() -> Node | None:
        return next((run for run in runs_named(stack, name) if set(states(run)) & set(any_of)), None)

    return wait_for(look, f"a run of {name!r} to reach one of {any_of}")


def file_of(stack: Stack, run: Node, name: str) -> bytes:
    with stack.blobs() as blobs:
        return blobs.get_blob_client("runs", f"{run['id']}/{name}").download_blob().readall()


def get(stack: Stack, component: str, path: str) -> Any:
    return _ask(stack, urllib.request.Request(f"{stack.layout.url(component)}{path}"))


def effects(stack: Stack, run: Node) -> tuple[list[Node], list[Node]]:
    """The jobs and deployments that exist for a run."""
    state = get(stack, "foundry", "/standin/state")
    jobs = [job for job in state["jobs"] if job["suffix"] == f"td{run['id']}"]
    deployments = [each for each in state["deployments"] if f"td{run['id']}" in json.dumps(each)]
    return jobs, deployments


def job_events(stack: Stack, job_id: str) -> list[Node]:
    """All lines of a job's log, as Foundry lists them."""
    path = f"/openai/v1/fine_tuning/jobs/{job_id}/events?limit=100"
    token = token_for("https://ai.azure.com", time.time())
    headers = {"Authorization": f"Bearer {token}"}
    return _ask(stack, urllib.request.Request(f"{stack.layout.url('foundry')}{path}", headers=headers))["data"]


def put_recipe(stack: Stack, name: str, text: bytes) -> None:
    with stack.blobs() as blobs:
        blobs.get_blob_client("recipes", f"{name}.yaml").upload_blob(text, overwrite=True)


def decide(stack: Stack, run: Node, decision: str) -> None:
    """Take a decision as the run's page would."""
    url = f"{stack.layout.url('functions')}/api/runs/{run['id']}/decisions?format=json"
    _ask(stack, urllib.request.Request(url, data=f"decision={decision}".encode(), method="POST"))


def page_of(stack: Stack, run: Node) -> str:
    """The run's page, as people open it."""
    return _read(stack, urllib.request.Request(f"{stack.layout.url('functions')}/api/runs/{run['id']}")).decode()


def force(stack: Stack, job_id: str, **what: object) -> None:
    """Make the stand-in's job fail, pause or go on."""
    _post(stack, f"/standin/jobs/{job_id}", what)


def fault(stack: Stack, **what: object) -> None:
    """Have requests that match suffer something."""
    _post(stack, "/standin/faults", what)


def _post(stack: Stack, path: str, what: object) -> None:
    url = f"{stack.layout.url('foundry')}{path}"
    headers = {"Content-Type": "application/json"}
    _ask(stack, urllib.request.Request(url, data=json.dumps(what).encode(), headers=headers, method="POST"))


def _ask(stack: Stack, request: urllib.request.Request) -> Any:
    return json.loads(_read(stack, request) or b"null")


def _read(stack: Stack, request: urllib.request.Request) -> bytes:
    context = ssl.create_default_context(cafile=str(stack.certificate))
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        return answer.read()


def operated(stack: Stack, *command: str) -> list[str]:
    """What an operator's command says, with the app's own settings."""
    options = Options(data=stack.certificate.parent, app=CHECKOUT)
    settings = app_settings(options, stack.layout, Certificate(stack.certificate, stack.certificate))
    done = subprocess.run(
        [sys.executable, "-m", "shared.tunedrop", *command],
        cwd=CHECKOUT,
        env={**os.environ, **settings},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.splitlines()
