"""Requests to `$management` that the SDK does not make, or not so."""

from uuid import UUID

import pytest

from local.service_bus.errors import Condition
from local.service_bus.performatives import (
    Attach,
)
from local.service_bus.sections import APPLICATION_PROPERTIES
from local.service_bus.values import Array
from tests.local.service_bus.conversations import (
    lock_of,
    peek_again,
    receive,
    send,
)
from tests.local.service_bus.raw_client import (
    RawClient,
    message,
    values_in,
)

truncated = message(b"text")[:-1]


@pytest.fixture
def manager(client: RawClient) -> RawClient:
    client.attach_pair("q/$management", 200)
    return client


UNKNOWN = Array([UUID(int=1)])


@pytest.mark.parametrize(
    ("operation", "arguments", "status", "condition"),
    [
        ("get-session-state", {"session-id": "s"}, 501, Condition.NOT_IMPLEMENTED),
        ("add-rule", {}, 501, Condition.NOT_IMPLEMENTED),
        ("batch-delete-messages", {}, 501, Condition.NOT_IMPLEMENTED),
        ("renew-lock", {"lock-tokens": UNKNOWN}, 410, Condition.MESSAGE_LOCK_LOST),
        ("renew-lock", {}, 400, Condition.ARGUMENT_ERROR),
        ("renew-lock", {"lock-tokens": ["text"]}, 400, Condition.DECODE_ERROR),
        ("peek-message", {"from-sequence-number": "1", "message-count": 1}, 400, Condition.DECODE_ERROR),
        ("cancel-scheduled-message", {"sequence-numbers": Array([7])}, 404, Condition.MESSAGE_NOT_FOUND),
        ("schedule-message", {"messages": [{"message": truncated}]}, 400, Condition.DECODE_ERROR),
        ("schedule-message", {"messages": [{}]}, 400, Condition.DECODE_ERROR),
        (
            "update-disposition",
            {"disposition-status": "eaten", "lock-tokens": UNKNOWN},
            400,
            Condition.ARGUMENT_ERROR,
        ),
        (
            "receive-by-sequence-number",
            {"sequence-numbers": Array([7]), "receiver-settle-mode": 1},
            404,
            Condition.MESSAGE_NOT_FOUND,
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_answered_with_the_reason(
    manager: RawClient, operation: str, arguments: dict[str, object], status: int, condition: Condition
) -> None:
    properties, body = manager.manage(operation, **arguments)

    assert (properties["statusCode"], properties["errorCondition"], body) == (status, condition, None)


def test_a_request_that_is_no_message_is_rejected(manager: RawClient) -> None:
    manager.transfer(200, truncated)

    assert manager.refusal() == Condition.DECODE_ERROR


def test_a_request_without_a_link_for_the_answer_is_rejected(client: RawClient) -> None:
    client.attach_sender("q/$management", 200)

    client.transfer(200, message(b"x"))

    assert client.refusal() == Condition.NOT_FOUND


def test_an_empty_queue_has_nothing_to_peek_at(manager: RawClient) -> None:
    properties, body = manager.manage("peek-message", **{"from-sequence-number": 0, "message-count": 5})

    assert (properties["statusCode"], body) == (204, None)


def test_a_peek_is_bounded_in_bytes(client: RawClient) -> None:
    client.attach_sender("q", 10)
    for _ in range(8):
        client.transfer_in_frames(10, message(bytes(200_000)))
        client.outcome()
    client.attach_pair("q/$management", 200)

    _, body = client.manage("peek-message", **{"from-sequence-number": 0, "message-count": 100})

    assert isinstance(body, dict)
    assert len(body["messages"]) == 6


def test_several_messages_are_settled_by_request_or_none(manager: RawClient) -> None:
    send(manager, b"1", b"2")
    next_message = receive(manager)
    locks = [lock_of(next_message()[0]), lock_of(next_message()[0])]
    settle = {"disposition-status": "completed"}

    failed, _ = manager.manage("update-disposition", **settle, **{"lock-tokens": Array([*locks, UUID(int=1)])})
    assert (failed["statusCode"], peek_again(manager)) == (410, 2)
    done, _ = manager.manage("update-disposition", **settle, **{"lock-tokens": Array([*locks, locks[0]])})
    assert (done["statusCode"], peek_again(manager)) == (200, 0)


@pytest.mark.parametrize(
    ("status", "queue"), [("abandoned", "q"), ("defered", "q"), ("suspended", "q/$deadletterqueue")]
)
def test_a_request_to_settle_can_add_properties(manager: RawClient, status: str, queue: str) -> None:
    send(manager, b"x")
    manager.attach_receiver("q")
    manager.expect(Attach)
    manager.grant(1)
    transfer, _ = manager.receive()

    manager.manage(
        "update-disposition",
        **{
            "disposition-status": status,
            "lock-tokens": Array([lock_of(transfer)]),
            "properties-to-modify": {"new": 1},
        },
    )

    manager.attach_pair(f"{queue}/$management", 210)
    _, body = manager.manage("peek-message", 210, **{"from-sequence-number": 0, "message-count": 1})
    assert isinstance(body, dict)
    assert values_in(body["messages"][0]["message"])[APPLICATION_PROPERTIES] == {"new": 1}
