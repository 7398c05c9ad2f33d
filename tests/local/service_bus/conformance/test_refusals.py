"""What is refused, and as what."""

import re
import time
from typing import Any

import pytest
from azure.servicebus import (
    NEXT_AVAILABLE_SESSION,
    ServiceBusClient,
    ServiceBusMessage,
)
from azure.servicebus.exceptions import (
    MessagingEntityNotFoundError,
    ServiceBusAuthenticationError,
    ServiceBusAuthorizationError,
    ServiceBusError,
)

from tests.local.service_bus.conformance.asking import PATIENCE, QUEUE
from tests.local.service_bus.raw_client import token_for

pytestmark = pytest.mark.stack


def test_a_queue_that_does_not_exist_is_not_found(client: ServiceBusClient) -> None:
    with pytest.raises(MessagingEntityNotFoundError), client.get_queue_sender("no-such-queue") as sender:
        sender.send_messages(ServiceBusMessage("x"))


@pytest.mark.parametrize("session", ["one", NEXT_AVAILABLE_SESSION])
def test_a_queue_without_sessions_has_none(client: ServiceBusClient, session: Any) -> None:
    receiver = client.get_queue_receiver(QUEUE, session_id=session, max_wait_time=PATIENCE)
    with pytest.raises(ServiceBusError), receiver:
        pass


def test_a_wrong_key_opens_nothing(connection_string: str) -> None:
    wrong = re.sub("SharedAccessKey=[^;]*", "SharedAccessKey=d3Jvbmc=", connection_string)
    assert_refused(wrong)


def test_an_expired_token_opens_nothing(connection_string: str) -> None:
    parts = dict(part.split("=", 1) for part in connection_string.strip(";").split(";"))
    token = token_for(
        parts["Endpoint"].rstrip("/"),
        key=parts.pop("SharedAccessKey"),
        key_name=parts.pop("SharedAccessKeyName"),
        expires=time.time() - 60,
    )
    assert_refused(";".join(f"{name}={value}" for name, value in {**parts, "SharedAccessSignature": token}.items()))


def assert_refused(connection_string: str) -> None:
    client = ServiceBusClient.from_connection_string(connection_string, retry_total=0)
    refusals = (ServiceBusAuthenticationError, ServiceBusAuthorizationError)
    with client, pytest.raises(refusals), client.get_queue_sender(QUEUE):
        pass
