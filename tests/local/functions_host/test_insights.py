"""What arrives at Application Insights' ingestion endpoint, here a server of the test's own."""

import gzip
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from tests.local.functions_host.processes import Bench

pytestmark = pytest.mark.stack

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


class Ingestion(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.items: list[dict[str, object]] = []

    def named(self, kind: str) -> list[tuple[dict[str, str], dict[str, object]]]:
        """Tags and data of the items of that kind."""
        found = [item for item in self.items if item["name"] == f"Microsoft.ApplicationInsights.{kind}"]
        return [(item["tags"], item["data"]["baseData"]) for item in found]


class _Handler(BaseHTTPRequestHandler):
    server: Ingestion

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers["content-encoding"] == "gzip":
            body = gzip.decompress(body)
        accepted = json.loads(body) if self.path.endswith("/track") else []
        self.server.items += accepted
        answer = {"itemsReceived": len(accepted), "itemsAccepted": len(accepted), "errors": []}
        self._send(json.dumps(answer).encode())

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def ingestion() -> Generator[Ingestion]:
    with Ingestion() as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield server
        finally:
            server.shutdown()


def test_logs_spans_and_requests_arrive_and_are_flushed_at_sigterm(bench: Bench) -> None:
    with ingestion() as server:
        endpoint = f"http://127.0.0.1:{server.server_port}/"
        bench.settings |= {
            "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=00000000-0000-0000-0000-000000000001;"
            f"IngestionEndpoint={endpoint};LiveEndpoint={endpoint}",
            "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
            "OTEL_TRACES_SAMPLER": "always_on",
            "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true",
            "WEBSITE_SITE_NAME": "tunedrop",
        }
        bench.start_broker()
        host = bench.start_host()
        trace = {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01"}
        httpx2.get(f"{host.address}/api/open", headers=trace, trust_env=False)
        httpx2.get(f"{host.address}/api/broken", headers=trace, trust_env=False)
        assert host.terminate() == 0
    _check_log(server)
    _check_span(server)
    _check_requests(server)


def _check_log(server: Ingestion) -> None:
    ((tags, log),) = [found for found in server.named("Message") if found[1]["message"] == "greeted"]
    assert tags["ai.operation.id"] == TRACE_ID
    assert (log["properties"]["record"], log["properties"]["run_id"]) == ("notice", "r1")


def _check_span(server: Ingestion) -> None:
    ((tags, span),) = [found for found in server.named("RemoteDependency") if found[1]["name"] == "step greet"]
    requests = {data["id"]: data["properties"]["faas.name"] for _, data in server.named("Request")}
    assert requests[tags["ai.operation.parentId"]] == "open_to_all"
    assert span["properties"]["run_id"] == "r1"


def _check_requests(server: Ingestion) -> None:
    requests = [
        (tags["ai.operation.id"], tags["ai.cloud.role"], data["properties"]["faas.name"], data["success"])
        for tags, data in server.named("Request")
    ]
    assert sorted(requests) == [
        (TRACE_ID, "tunedrop", "broken", False),
        (TRACE_ID, "tunedrop", "open_to_all", True),
    ]
