"""Messages to clients, and what they do with them."""

from local.service_bus.errors import Condition
from local.service_bus.performatives import (
    Attach,
    Detach,
    Flow,
    Transfer,
)
from local.service_bus.sections import APPLICATION_PROPERTIES, DATA, HEADER
from local.service_bus.values import Described, Symbol, ULong
from tests.local.service_bus.conversations import (
    disposition,
    peek,
    receive,
    send,
)
from tests.local.service_bus.raw_client import (
    ACCEPTED,
    MODIFIED,
    REJECTED,
    RawClient,
    described,
    message,
)

RECEIVED, TRANSACTIONAL_STATE = 0x23, 0x34


def test_no_more_messages_come_than_were_asked_for(client: RawClient) -> None:
    send(client, b"1", b"2", b"3")
    client.attach_receiver("q")
    client.expect(Attach)

    client.grant(2)
    client.receive()
    client.receive()
    client.send(Flow(2, 1000, 0, 1000, 1, 2, 0, echo=True))

    flow, _ = client.expect(Flow)
    assert isinstance(flow, Flow)
    assert flow.link_credit == 0


def test_credit_counts_from_what_the_client_has_seen(client: RawClient) -> None:
    send(client, b"1", b"2", b"3", b"4", b"5")
    client.attach_receiver("q")
    client.expect(Attach)
    client.grant(2)
    client.receive()
    client.receive()

    client.grant(3, delivery_count=0)  # sent before it had seen the two

    client.receive()
    client.send(Flow(3, 1000, 0, 1000, 1, 0, 3, echo=True))
    flow, _ = client.expect(Flow)
    assert isinstance(flow, Flow)
    assert (flow.delivery_count, flow.link_credit) == (3, 0)


def test_receivers_take_turns(port: int, client: RawClient) -> None:
    with RawClient(port) as other:
        for each in (client, other.open().authorized()):
            each.attach_receiver("q")
            each.expect(Attach)
            each.grant(2)
            each.send(Flow(0, 1000, 0, 1000, 1, 0, 2, echo=True))
            each.expect(Flow)

        with RawClient(port) as sender:
            send(sender.open().authorized(), b"1", b"2", b"3", b"4")

        got = [[each.receive()[1][DATA] for _ in range(2)] for each in (client, other)]
        assert sorted(got) == [[b"1", b"3"], [b"2", b"4"]]


def test_settling_again_is_let_pass(client: RawClient) -> None:
    send(client, b"x")
    transfer, _ = receive(client)()
    client.settle(transfer, ACCEPTED)
    assert client.outcome() == (ACCEPTED, [])

    client.settle(transfer, ACCEPTED)

    assert peek(client) == 0


def test_a_drained_link_gives_what_there_is_and_uses_up_its_credit(client: RawClient) -> None:
    send(client, b"1")
    client.attach_receiver("q")
    client.expect(Attach)

    client.grant(5, drain=True)

    client.receive()
    flow, _ = client.expect(Flow)
    assert isinstance(flow, Flow)
    assert (flow.delivery_count, flow.link_credit) == (5, 0)


def test_a_message_waits_for_the_window_of_the_session(port: int) -> None:
    with RawClient(port) as raw:
        raw.open(max_frame_size=512, window=10).authorized()
        send(raw, bytes(2000))
        raw.attach_receiver("q")
        raw.expect(Attach)
        raw.send(Flow(1, 2, 0, 1000, 1, 0, 1))

        parts = [raw.expect(Transfer)[1] for _ in range(2)]
        raw.send(Flow(3, 0, 0, 1000, 1, 0, 1, echo=True))
        raw.expect(Flow)
        raw.send(Flow(3, 100, 0, 1000, 1, 0, 1, echo=True))
        item, payload = raw.expect(Transfer | Flow)
        while isinstance(item, Transfer):
            parts.append(payload)
            item, payload = raw.expect(Transfer | Flow)

        assert b"".join(parts).endswith(bytes(2000))
        assert len(parts) == 6


def test_abandoning_can_add_properties(client: RawClient) -> None:
    client.attach_sender("q", 10)
    client.transfer(10, message(b"x", properties={"kept": 1, "changed": 1}))
    client.outcome()
    next_message = receive(client)
    first, _ = next_message()

    client.settle(first, MODIFIED, True, False, {Symbol("changed"): 2, Symbol("new"): 3})

    assert client.outcome() == (MODIFIED, [])
    again, values = next_message()
    assert values[APPLICATION_PROPERTIES] == {"kept": 1, "changed": 2, "new": 3}
    assert values[DATA] == b"x"
    assert again.delivery_tag != first.delivery_tag


def test_dead_lettering_can_add_properties(client: RawClient) -> None:
    send(client, b"x")
    transfer, _ = receive(client)()
    info = {"DeadLetterReason": "R", "DeadLetterErrorDescription": "D", "more": 1}
    error = Described(ULong(0x1D), [Symbol("com.microsoft:dead-letter"), "D", info])

    client.settle(transfer, REJECTED, error)
    assert client.outcome() == (REJECTED, [])

    client.attach_receiver("q/$deadletterqueue", 2)
    client.expect(Attach)
    client.grant(1, handle=2)
    _, values = client.receive()
    assert values[APPLICATION_PROPERTIES] == info


def test_a_rejection_without_a_reason_is_a_dead_letter_too(client: RawClient) -> None:
    send(client, b"x")
    transfer, _ = receive(client)()

    client.settle(transfer, REJECTED)

    assert client.outcome() == (REJECTED, [])
    assert peek(client, "q/$deadletterqueue") == 1


def test_who_settles_without_an_outcome_gives_the_message_back(client: RawClient) -> None:
    send(client, b"x")
    next_message = receive(client)
    transfer, _ = next_message()
    assert transfer.delivery_id is not None

    client.send(disposition(transfer.delivery_id, settled=True))

    _, values = next_message()
    assert values[HEADER] == [None, None, None, None, 0]


def test_an_outcome_that_is_not_known_is_refused_and_the_message_stays_locked(client: RawClient) -> None:
    send(client, b"x")
    transfer, _ = receive(client)()

    client.settle(transfer, TRANSACTIONAL_STATE, b"id")

    assert client.refusal() == Condition.NOT_IMPLEMENTED
    assert peek(client) == 1


def test_a_state_that_decides_nothing_leaves_the_message_with_the_client(client: RawClient) -> None:
    send(client, b"x")
    transfer, _ = receive(client)()

    client.settle(transfer, RECEIVED)
    client.settle(transfer, ACCEPTED)

    assert client.outcome() == (ACCEPTED, [])


def test_a_disposition_of_billions_of_deliveries_settles_those_there_are(client: RawClient) -> None:
    send(client, b"1", b"2")
    next_message = receive(client)
    next_message()
    next_message()

    client.send(disposition(0, last=2**32 - 1, state=described(ACCEPTED)))

    assert [client.outcome(), client.outcome()] == [(ACCEPTED, [])] * 2
    assert peek(client) == 0


def test_settling_after_the_lock_has_run_out_is_refused(client: RawClient) -> None:
    send(client, b"x", queue="short")
    next_message = receive(client, "short")
    first, _ = next_message()
    _, values = next_message()  # comes when the lock of the first delivery has run out

    client.settle(first, ACCEPTED)

    assert values[HEADER] == [None, None, None, None, 1]
    assert client.refusal() == Condition.MESSAGE_LOCK_LOST


def test_what_a_vanished_client_held_comes_to_another_when_its_lock_runs_out(port: int, client: RawClient) -> None:
    send(client, b"x", queue="short")
    receive(client, "short")()
    client.socket.close()

    with RawClient(port) as other:
        _, values = receive(other.open().authorized(), "short")()

    assert values[HEADER] == [None, None, None, None, 1]


def test_a_client_that_does_not_read_is_given_a_bounded_number_of_messages(port: int, client: RawClient) -> None:
    messages = 40
    client.attach_sender("q", 10)
    for _ in range(messages):
        client.transfer_in_frames(10, message(bytes(200_000)))
        client.outcome()

    with RawClient(port, receive_buffer=65536) as slow:
        slow.open(window=10_000).authorized()
        slow.attach_receiver("q")
        slow.expect(Attach)
        slow.send(Flow(0, 10_000, 0, 10_000, 1, 0, messages))
        receive(client)()  # there is still something left for others
        client.send(Detach(1, closed=True))

        for _ in range(messages // 2):
            slow.receive()
