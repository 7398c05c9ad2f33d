"""Foundry's own ids of our requests, which Microsoft's support asks for. Each stays on the span of its call."""

from collections.abc import Mapping
from typing import Any

from azure.core.pipeline import PipelineResponse
from opentelemetry import trace

REQUEST_IDS = ("apim-request-id", "x-ms-request-id", "x-request-id")


def keep_request_id(headers: Mapping[str, str]) -> None:
    request_id = next((headers[name] for name in REQUEST_IDS if name in headers), None)
    if request_id:
        trace.get_current_span().set_attribute("foundry.request_id", request_id)


def keep_answers_id(answer: PipelineResponse[Any, Any]) -> None:
    """A `raw_response_hook` of an Azure SDK's client."""
    keep_request_id(answer.http_response.headers)
