import json
import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from shared.adapters.no_channel import NoChannel
from shared.adapters.teams_channel import TeamsChannel
from shared.core.errors import PermanentError, TransientError
from shared.core.notices import Message, Notice
from tests.adapters.contracts import NOON, make_run
from tests.adapters.foundry_wire import Respond, drop, text

SECRET = "sig-0f3a7c"  # what must show up nowhere
URL = f"https://env.environment.api.powerplatform.com:443/powerautomate/workflows/w/triggers/manual?sp=x&sig={SECRET}"
NOTICE = Notice(
    revision=3,
    at=NOON,
    message=Message(kind="served", mood="good", title="a is served", facts={"Until": "noon"}, lines=("why",)),
)


class Webhook:
    def __init__(self, *answers: Respond) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []
        self.client = httpx2.Client(transport=httpx2.MockTransport(self._respond))

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    def tell(self) -> None:
        TeamsChannel(self.client, SecretStr(URL), "https://pages.example/api").tell(make_run(), NOTICE)

    @property
    def cards(self) -> list[str]:
        return [request.content.decode() for request in self.requests]


def code(status: int, **headers: str) -> Respond:
    return lambda request: httpx2.Response(status, headers=headers, request=request)


@pytest.fixture(autouse=True)
def log_levels() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("httpx2", "httpcore2")]
    before = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def test_a_notice_is_posted_as_one_card() -> None:
    webhook = Webhook(code(202))
    webhook.tell()
    [request] = webhook.requests
    assert (request.method, str(request.url)) == ("POST", URL.replace(":443", ""))
    message = json.loads(request.content)
    assert message["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "a is served" in webhook.cards[0]
    assert f"https://pages.example/api/runs/{make_run().id}" in webhook.cards[0]


@pytest.mark.parametrize("status", [400, 413])
def test_a_card_that_is_refused_is_sent_once_more_with_nothing_but_its_title(status: int) -> None:
    webhook = Webhook(code(status), code(202))
    webhook.tell()
    full, bare = webhook.cards
    assert "noon" in full
    assert "noon" not in bare
    assert "a is served" in bare


@pytest.mark.parametrize("status", [400, 413])
def test_a_bare_card_that_is_refused_too_is_an_error(status: int) -> None:
    webhook = Webhook(code(status))
    with pytest.raises(PermanentError, match=f"the Teams webhook answered {status} to the card"):
        webhook.tell()
    assert len(webhook.requests) == 2


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_webhook_that_is_busy_is_tried_again_when_it_says(status: int) -> None:
    webhook = Webhook(code(status, **{"Retry-After": "30"}))
    with pytest.raises(TransientError, match=f"the Teams webhook answered {status}") as caught:
        webhook.tell()
    assert caught.value.retry_after == timedelta(seconds=30)
    assert len(webhook.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_webhook_that_is_gone_says_what_to_do(status: int) -> None:
    with pytest.raises(PermanentError, match=f"answered {status}: .*set TEAMS_WEBHOOK_URL anew"):
        Webhook(code(status)).tell()


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(status: int) -> None:
    webhook = Webhook(code(status, location="https://elsewhere.example/"))
    with pytest.raises(PermanentError, match=str(status)):
        webhook.tell()
    assert len(webhook.requests) == 1


ANSWERS = {
    "accepted": code(202),
    "refused": text(f"bad request to {URL}", code=400),
    "busy": code(503),
    "gone": code(410),
    "timeout": drop(httpx2.ReadTimeout),
    "no connection": drop(httpx2.ConnectError),
    "no protocol": drop(httpx2.UnsupportedProtocol),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_url_reaches_no_log_span_or_error(answer: Respond, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    webhook = Webhook(answer)
    HTTPX2ClientInstrumentor.instrument_client(webhook.client, tracer_provider=provider)
    told = ""
    with provider.get_tracer("test").start_as_current_span("step notify"):
        try:
            webhook.tell()
        except (TransientError, PermanentError) as error:
            told = "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__cause__)
    written = [record.getMessage() for record in caplog.records] + [
        span.to_json() for span in spans.get_finished_spans()
    ]
    assert webhook.requests
    assert [span.name for span in spans.get_finished_spans()] == ["step notify"]
    assert all(SECRET not in line for line in [told, *written])


def test_the_proof_above_sees_what_an_unguarded_client_writes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    webhook = Webhook(code(202))
    HTTPX2ClientInstrumentor.instrument_client(webhook.client, tracer_provider=provider)
    webhook.client.post(URL)
    assert any(SECRET in record.getMessage() for record in caplog.records)
    assert len(spans.get_finished_spans()) == 1


def test_where_no_channel_is_set_up_operators_see_that_nobody_was_told(caplog: pytest.LogCaptureFixture) -> None:
    NoChannel().tell(make_run(), NOTICE)
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert (record.__dict__["record"], record.__dict__["run_id"]) == ("untold", make_run().id)
