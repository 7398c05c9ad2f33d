"""Messages to the broker, and which it refuses."""

import pytest

from local.service_bus.encoding import encode
from local.service_bus.errors import Condition
from local.service_bus.performatives import (
    Disposition,
    Flow,
    Transfer,
)
from local.service_bus.sections import DATA, HEADER, PROPERTIES, section
from local.service_bus.wire import BATCH_FORMAT, MAX_MESSAGE_SIZE
from tests.local.service_bus.conversations import (
    peek,
)
from tests.local.service_bus.raw_client import (
    ACCEPTED,
    RawClient,
    described,
    message,
)

TRANSACTIONAL_STATE = 0x34

too_large = message(bytes(MAX_MESSAGE_SIZE))
truncated = message(b"text")[:-1]
long_id = section(PROPERTIES, encode(["x" * 129])) + section(DATA, encode(b""))
bad_life = section(HEADER, encode([None, None, "soon"])) + section(DATA, encode(b""))
batch = section(DATA, encode(message(b"good"))) + section(DATA, encode(truncated))


@pytest.mark.parametrize(
    ("payload", "message_format", "condition"),
    [
        (too_large, 0, Condition.MESSAGE_SIZE_EXCEEDED),
        (truncated, 0, Condition.DECODE_ERROR),
        (section(HEADER, encode([])), 0, Condition.DECODE_ERROR),
        (bad_life, 0, Condition.DECODE_ERROR),
        (long_id, 0, Condition.ARGUMENT_ERROR),
        (batch, BATCH_FORMAT, Condition.DECODE_ERROR),
        (section(DATA, encode("text")), BATCH_FORMAT, Condition.DECODE_ERROR),
        (message(b"x"), 1, Condition.NOT_IMPLEMENTED),
    ],
    ids=["large", "truncated", "empty", "life", "id", "batch", "batch of text", "format"],
)
def test_a_refused_message_leaves_nothing_behind(
    client: RawClient, payload: bytes, message_format: int, condition: Condition
) -> None:
    client.attach_sender("q")

    client.transfer_in_frames(0, payload, message_format=message_format)

    assert client.refusal() == condition
    assert peek(client) == 0


def test_a_refused_message_that_was_sent_settled_costs_the_link(client: RawClient) -> None:
    client.attach_sender("q")

    client.transfer(0, truncated, settled=True)

    assert client.refusal() == Condition.DECODE_ERROR


def test_a_message_within_a_transaction_is_refused(client: RawClient) -> None:
    client.attach_sender("q")

    client.send(Transfer(0, 0, b"tag", state=described(TRANSACTIONAL_STATE, b"id")), message(b"x"))

    assert client.refusal() == Condition.NOT_IMPLEMENTED


def test_a_transfer_without_an_id_ends_the_connection(client: RawClient) -> None:
    client.attach_sender("q")

    client.send(Transfer(0), message(b"x"))

    assert client.refusal() == Condition.DECODE_ERROR


def test_an_aborted_message_was_never_sent(client: RawClient) -> None:
    client.attach_sender("q")

    client.send(Transfer(0, 0, b"tag", more=True), message(b"x")[:5])
    client.send(Transfer(0, aborted=True))
    client.transfer(0, message(b"whole"))

    assert client.outcome() == (ACCEPTED, [])
    assert peek(client) == 1


def test_nothing_can_be_sent_to_a_dead_letter_queue(client: RawClient) -> None:
    client.attach_sender("q/$deadletterqueue")

    client.transfer(0, message(b"x"))

    assert client.refusal() == Condition.NOT_ALLOWED


def test_credit_is_renewed_before_it_runs_out(client: RawClient) -> None:
    client.attach_sender("q")

    for _ in range(250):
        client.transfer(0, message(b""))

    answers = [client.expect(Disposition | Flow)[0] for _ in range(251)]
    assert [answer.link_credit for answer in answers if isinstance(answer, Flow)] == [500]
