"""The broker's ends of links. What a client sends comes through an `Inlet`, what it receives through an `Outlet`."""

from typing import NamedTuple

from local.service_bus.decoding import decode, decode_error
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.namespace import Node, node_at
from local.service_bus.performatives import SENDER_SETTLES, Attach, Flow, Transfer
from local.service_bus.queue import Queue
from local.service_bus.sections import map_values, split_described_list
from local.service_bus.values import Encoded
from local.service_bus.wire import MAX_MESSAGE_SIZE

CREDIT = 500  #: messages that a client may send ahead
_COORDINATOR = 0x30
_FILTER = 7  #: its place among the fields of a source
_NULL = b"\x40"
_SESSION_FILTER = "com.microsoft:session-filter"


class Terminus(NamedTuple):
    """A source or target: which node it is, and what it asks for."""

    address: str = ""
    filters: frozenset[object] = frozenset()
    is_coordinator: bool = False


class Delivery(NamedTuple):
    """A message that has come in whole. `payload` is empty if it was larger than what is kept."""

    delivery_id: int
    message_format: int
    settled: bool
    size: int
    payload: bytes
    in_transaction: bool


class Inlet:
    """A link on which the client sends."""

    def __init__(self, attach: Attach, node: Node, queue: Queue | None) -> None:
        self.handle, self.node, self.queue = attach.handle, node, queue
        self.credit = CREDIT
        self.delivery_count = attach.initial_delivery_count or 0
        self._first: Transfer | None = None
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, transfer: Transfer, payload: bytes) -> Delivery | None:
        """The message that this frame completes, if it does."""
        first = self._first or transfer
        self._first = first
        self._size += len(payload)
        if self._size <= MAX_MESSAGE_SIZE:
            self._parts.append(payload)
        if transfer.more and not transfer.aborted:
            return None
        parts, size = self._parts, self._size
        self._first, self._parts, self._size = None, [], 0
        self.delivery_count += 1
        self.credit -= 1
        if transfer.aborted:
            return None
        if first.delivery_id is None:
            raise decode_error("a transfer without 'delivery_id'")
        kept = b"".join(parts) if size <= MAX_MESSAGE_SIZE else b""
        return Delivery(
            first.delivery_id,
            first.message_format or 0,
            first.settled,
            size,
            kept,
            in_transaction=first.state is not None,
        )

    def needs_credit(self) -> bool:
        """Whether it is time to let the client send more."""
        return self.credit <= CREDIT // 2


class Outlet:
    """A link on which the client receives."""

    def __init__(self, attach: Attach, node: Node, queue: Queue | None) -> None:
        self.handle, self.node, self.queue = attach.handle, node, queue
        self.target = read_terminus(attach.target).address
        self.is_presettled = attach.snd_settle_mode == SENDER_SETTLES  #: receive and delete
        self.credit = 0
        self.delivery_count = 0
        self.is_draining = False

    def grant(self, flow: Flow) -> None:
        """Take over what the client says it can take (OASIS AMQP 1.0, part 2, 2.6.7)."""
        limit = (flow.delivery_count or 0) + (flow.link_credit or 0)
        self.credit = max(0, limit - self.delivery_count)
        self.is_draining = flow.drain

    def count(self) -> None:
        """A message goes out."""
        self.delivery_count += 1
        self.credit -= 1

    def drain(self) -> None:
        """Use up the credit, as the client has asked: there is nothing to send."""
        self.delivery_count += self.credit
        self.credit = 0
        self.is_draining = False


def read_terminus(encoded: Encoded | None) -> Terminus:
    """The source or target in an attach."""
    if encoded is None:
        return Terminus()
    descriptor, fields, _ = split_described_list(encoded)
    if descriptor == _COORDINATOR:
        return Terminus(is_coordinator=True)
    address = decode(fields[0])[0] if fields else None
    if address is not None and not isinstance(address, str):
        raise decode_error(f"the address {address!r}, which is no text")
    filters = map_values(fields[_FILTER]) if len(fields) > _FILTER and fields[_FILTER] != _NULL else {}
    return Terminus(address or "", frozenset(filters))


def wanted_node(attach: Attach) -> Node:
    """What the client wants to send to or receive from. Raises `AmqpError` for what is not implemented."""
    source, target = read_terminus(attach.source), read_terminus(attach.target)
    if target.is_coordinator:
        raise AmqpError(Condition.NOT_IMPLEMENTED, "transactions are not implemented here")
    if _SESSION_FILTER in source.filters:
        raise AmqpError(Condition.NOT_IMPLEMENTED, "sessions are not implemented here")
    return node_at(source.address if attach.is_receiver else target.address)
