"""A received message as the worker is handed it: body, trigger metadata, trace context.

The metadata are those the Service Bus extension 5.x adds (ServiceBusTriggerBindingStrategy.cs in
Azure/azure-sdk-for-net). What it leaves out is left out here, so `locked_until`, `time_to_live`,
`state`, `dead_letter_reason` and the scheduled time are None in the function, as on Azure. Simplified:
the properties of a JSON body are not added to the metadata.
"""

import base64
import datetime as dt
import json
import uuid

from azure.servicebus import ServiceBusReceivedMessage

from local.functions_host.messages import TypedData
from local.functions_host.telemetry import TraceContext


def body_of(message: ServiceBusReceivedMessage, *, as_text: bool) -> TypedData:
    """The body, whatever sections the sender's library cut it into."""
    body = b"".join(message.body)
    return TypedData(string=body.decode("utf-8", "replace")) if as_text else TypedData(bytes=body)


def trigger_metadata(message: ServiceBusReceivedMessage) -> dict[str, TypedData]:
    """What `func.ServiceBusMessage` is made of, besides its body; absent where the message has none.

    DeliveryCount is 1 at the first delivery: the extension adds one to what is on the wire
    (AmqpMessageConverter.cs), the Python SDK does not.
    """
    properties = plain_properties(message)
    values: dict[str, object] = {
        "MessageId": message.message_id,
        "SequenceNumber": message.sequence_number,
        "DeliveryCount": (message.delivery_count or 0) + 1,
        "EnqueuedTimeUtc": message.enqueued_time_utc,
        "EnqueuedTime": message.enqueued_time_utc,
        "ExpiresAtUtc": message.expires_at_utc,
        "ExpiresAt": message.expires_at_utc,
        "LockToken": str(message.lock_token),
        "ContentType": message.content_type,
        "CorrelationId": message.correlation_id,
        "Subject": message.subject,
        "Label": message.subject,
        "To": message.to,
        "ReplyTo": message.reply_to,
        "ReplyToSessionId": message.reply_to_session_id,
        "SessionId": message.session_id,
        "PartitionKey": message.partition_key,
        "DeadLetterSource": message.dead_letter_source,
        "ApplicationProperties": properties,
        "UserProperties": properties,
    }
    return {name: _typed(value) for name, value in values.items() if value is not None}


def trace_context_of(message: ServiceBusReceivedMessage) -> TraceContext | None:
    """The sender's trace, if it sent one: `traceparent`, or the older name `Diagnostic-Id`."""
    properties = plain_properties(message)
    parent = properties.get("traceparent") or properties.get("Diagnostic-Id")
    return TraceContext(str(parent), str(properties.get("tracestate", ""))) if parent else None


def plain_properties(message: ServiceBusReceivedMessage) -> dict[str, object]:
    """Application properties with names and values as JSON can hold them."""
    received = message.application_properties or {}
    return {str(_plain(name)): _plain(value) for name, value in received.items()}


def _typed(value: object) -> TypedData:
    return TypedData(string=value) if isinstance(value, str) else TypedData(json=json.dumps(_plain(value)))


def _plain(value: object) -> object:
    match value:
        case bytes():
            return _text(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case uuid.UUID():
            return str(value)
        case _:
            return value


def _text(value: bytes) -> str:
    """The SDK hands AMQP strings out as bytes; true binary becomes base64, as .NET's JSON writes it."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
