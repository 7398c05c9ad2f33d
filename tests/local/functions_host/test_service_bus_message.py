import json
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import azure.functions as func
import pytest
from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessageInConverter
from azure.servicebus import ServiceBusReceivedMessage

from local.functions_host.messages import TypedData
from local.functions_host.service_bus_message import body_of, trace_context_of, trigger_metadata

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ENQUEUED = datetime(2026, 11, 24, 12, 0, 0, 250000, tzinfo=UTC)


def received(**changes: object) -> ServiceBusReceivedMessage:
    """As the SDK hands it out: property names and texts in bytes, delivery count as on the wire."""
    names = ("content_type", "correlation_id", "subject", "to", "reply_to", "reply_to_session_id", "session_id")
    absent = dict.fromkeys((*names, "partition_key", "dead_letter_source", "expires_at_utc", "application_properties"))
    message = {
        "body": [b"{}"],
        "message_id": "m1",
        "sequence_number": 7,
        "delivery_count": 0,
        "enqueued_time_utc": ENQUEUED,
        "lock_token": uuid.UUID(int=1),
    }
    return cast("ServiceBusReceivedMessage", SimpleNamespace(**(absent | message | changes)))


def as_the_worker_sees(message: ServiceBusReceivedMessage) -> func.ServiceBusMessage:
    metadata = {name: Datum(typed.value, typed.kind) for name, typed in trigger_metadata(message).items()}
    body = body_of(message, as_text=False)
    return ServiceBusMessageInConverter.decode(Datum(body.value, body.kind), trigger_metadata=metadata)


def test_the_worker_makes_a_message_of_it() -> None:
    properties = {b"row": 7, b"kind": b"sft", b"at": ENQUEUED}
    message = as_the_worker_sees(received(subject="prepare", correlation_id="run", application_properties=properties))
    assert message.get_body() == b"{}"
    assert (message.message_id, message.sequence_number, message.subject) == ("m1", 7, "prepare")
    assert (message.correlation_id, message.content_type, message.session_id) == ("run", None, None)
    assert message.enqueued_time_utc == ENQUEUED
    assert message.application_properties == {"row": 7, "kind": "sft", "at": "2026-11-24T12:00:00.250000Z"}


def test_the_first_delivery_is_number_one() -> None:
    assert as_the_worker_sees(received(delivery_count=0)).delivery_count == 1


def test_what_the_extension_leaves_out_is_absent() -> None:
    message = as_the_worker_sees(received())
    assert (message.locked_until, message.time_to_live, message.state) == (None, None, None)


def test_binary_properties_become_base64() -> None:
    metadata = trigger_metadata(received(application_properties={b"raw": b"\xff\x00"}))
    assert json.loads(str(metadata["UserProperties"].value)) == {"raw": "/wA="}


@pytest.mark.parametrize(("as_text", "expected"), [(False, b"ab\xc3\xa9"), (True, "abé")])
def test_a_body_in_sections_is_one(*, as_text: bool, expected: object) -> None:
    body = body_of(received(body=[b"ab", b"\xc3\xa9"]), as_text=as_text)
    assert body.value == expected


@pytest.mark.parametrize("name", [b"traceparent", b"Diagnostic-Id"])
def test_the_senders_trace_goes_on(name: bytes) -> None:
    context = trace_context_of(received(application_properties={name: PARENT.encode(), b"tracestate": b"a=1"}))
    assert context == (PARENT, "a=1")


def test_without_a_trace_there_is_none() -> None:
    assert trace_context_of(received()) is None


def test_a_value_is_of_one_known_kind() -> None:
    with pytest.raises(TypeError, match="kinds"):
        TypedData(string="a", json="1")
    with pytest.raises(TypeError, match="kinds"):
        TypedData(stream=b"")
