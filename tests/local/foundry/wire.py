"""The stand-in as the unmodified SDKs see it."""

import json
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from azure.ai.projects import AIProjectClient
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from openai import OpenAI

from local.foundry.embedded import Running, running
from tests.local.foundry.examples import Credential

DEADLINE_SECONDS = 20.0
ACCOUNT = ("group", "account")


class Wire(NamedTuple):
    """Clients of a running stand-in."""

    running: Running
    project: OpenAI
    arm: CognitiveServicesManagementClient

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The stand-in's own pages."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.running.url + path, data=data, method=method)
        with urllib.request.urlopen(request, context=self.trust()) as response:
            return json.load(response)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.running.certificate)

    def fault(self, path: str, method: str = "POST", **what: object) -> None:
        self.ask("POST", "/standin/faults", {"match": {"path": path, "method": method}, **what})

    def upload(self, content: bytes, name: str = "train.jsonl") -> str:
        made = self.project.files.create(file=(name, content), purpose="fine-tune")
        until(lambda: self.project.files.retrieve(made.id).status == "processed")
        return made.id

    def create_job(self, training_file: str, **other: Any) -> Any:
        jobs = self.project.fine_tuning.jobs
        body = {"model": "gpt-4.1-nano", "extra_body": {"trainingType": "developerTier"}} | other
        return jobs.create(training_file=training_file, **body)

    def finished(self, job_id: str) -> Any:
        jobs = self.project.fine_tuning.jobs
        until(lambda: str(jobs.retrieve(job_id).status) in {"succeeded", "failed", "cancelled"})
        return jobs.retrieve(job_id)


def until(holds: Callable[[], bool]) -> None:
    """Ask again and again until something holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@contextmanager
def connected(data: Path, *options: str, port: int = 0) -> Iterator[Wire]:
    """A stand-in and its clients, which trust it through the environment as the app does."""
    with running(data, *options, port=port) as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(server.certificate))
        environment.setenv("REQUESTS_CA_BUNDLE", str(server.certificate))
        with (
            AIProjectClient(f"{server.url}/api/projects/p", Credential()) as project,
            project.get_openai_client(max_retries=0) as openai,
            arm_client(server.url) as arm,
        ):
            yield Wire(server, openai, arm)


def arm_client(url: str, audience: str = "https://management.azure.com") -> CognitiveServicesManagementClient:
    return CognitiveServicesManagementClient(
        Credential(),
        "00000000-0000-0000-0000-000000000000",
        base_url=url,
        credential_scopes=[f"{audience}/.default"],
        retry_total=0,
    )
