"""Each request to Foundry is one span, with the id that Foundry gave it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx2
import openai
import pytest
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.adapters.foundry_answers import Asker
from shared.adapters.foundry_jobs import WireFile
from shared.adapters.request_ids import REQUEST_IDS, keep_answers_id
from shared.core.errors import TransientError
from tests.adapters.test_arm_deployer import Token
from tests.adapters.wires import Wire, answered

REQUEST = httpx2.Request("GET", "https://account.services.ai.azure.com/openai/v1/files")
ASKER = Asker("the role 'Foundry User'")


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def answer(status: int = 200, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = httpx2.Response(status, headers=named, json={"id": "file-1"}, request=REQUEST)
    return SimpleNamespace(http_response=response)


@pytest.mark.parametrize("header", REQUEST_IDS)
def test_an_answers_id_is_kept_under_whichever_name_it_comes(spans: InMemorySpanExporter, header: str) -> None:
    ASKER.ask(WireFile, "looking at the file 'file-1'", lambda: answer(**{header: "id-1"}))
    [span] = spans.get_finished_spans()
    assert (span.name, dict(span.attributes or {})) == ("looking at the file 'file-1'", {"foundry.request_id": "id-1"})


def test_an_answer_without_an_id_is_a_span_all_the_same(spans: InMemorySpanExporter) -> None:
    ASKER.ask(WireFile, "looking", answer)
    assert [dict(span.attributes or {}) for span in spans.get_finished_spans()] == [{}]


def test_a_refusals_id_is_kept_and_its_text_stands_in_no_event(spans: InMemorySpanExporter) -> None:
    refused = answer(503, apim_request_id="id-2").http_response
    with pytest.raises(TransientError), ASKER.translated("looking"):
        raise openai.InternalServerError("busy", response=refused, body=None)
    [span] = spans.get_finished_spans()
    assert dict(span.attributes or {}) == {"foundry.request_id": "id-2"}
    assert not span.status.is_ok
    assert span.events == ()


def test_an_answer_of_arm_keeps_its_id_too(spans: InMemorySpanExporter) -> None:
    wire = Wire(answered(200, b'{"value": []}', Content_Type="application/json", x_ms_request_id="id-3"))
    client = CognitiveServicesManagementClient(
        Token(), "sub", base_url="https://management.example", transport=wire, raw_response_hook=keep_answers_id
    )
    with trace.get_tracer("test").start_as_current_span("listing models"):
        list(client.accounts.list_models("group", "account"))
    assert "id-3" in [dict(span.attributes or {}).get("foundry.request_id") for span in spans.get_finished_spans()]
