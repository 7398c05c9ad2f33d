"""What raw clients do in several tests."""

from collections.abc import Callable
from uuid import UUID

from local.service_bus.performatives import Attach, Disposition, Transfer
from local.service_bus.values import Encoded
from tests.local.service_bus.raw_client import ACCEPTED, RawClient, message


def port_of(connection_string: str) -> int:
    return int(connection_string.split(":")[2].split(";", maxsplit=1)[0])


def send(client: RawClient, *bodies: bytes, queue: str = "q") -> None:
    client.attach_sender(queue, 10)
    for body in bodies:
        client.transfer(10, message(body))
        assert client.outcome() == (ACCEPTED, [])


def peek(client: RawClient, queue: str = "q") -> int:
    """How many messages there are."""
    client.attach_pair(f"{queue}/$management", 200)
    return peek_again(client)


def peek_again(client: RawClient) -> int:
    _, body = client.manage("peek-message", **{"from-sequence-number": 0, "message-count": 1000})
    return len(body["messages"]) if isinstance(body, dict) else 0


def receive(client: RawClient, queue: str = "q") -> Callable[[], tuple[Transfer, dict[int, object]]]:
    """Attach a receiver with much credit; what to call for the next message."""
    client.attach_receiver(queue)
    client.expect(Attach)
    client.grant(100)
    return client.receive


def disposition(
    first: int, last: int | None = None, state: Encoded | None = None, *, settled: bool = False
) -> Disposition:
    return Disposition(is_receiver=True, first=first, last=last, settled=settled, state=state)


def lock_of(transfer: Transfer) -> UUID:
    return UUID(bytes_le=transfer.delivery_tag)
