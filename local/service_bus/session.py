"""An AMQP session: its links, how much may be sent, and which messages are on their way (AMQP 1.0, part 2, 2.5)."""

from collections import deque
from typing import Protocol

from local.service_bus import management
from local.service_bus.broker import Broker
from local.service_bus.claims import Claims
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.frames import split_transfer
from local.service_bus.link import CREDIT, Delivery, Inlet, Outlet, wanted_node
from local.service_bus.message import Message
from local.service_bus.namespace import Node, NodeKind
from local.service_bus.outcomes import accepted, error_value, read_outcome, rejected, settle, write_outcome
from local.service_bus.performatives import Attach, Begin, Detach, Disposition, Flow, Performative, Transfer
from local.service_bus.queue import Queue
from local.service_bus.requests import read_request
from local.service_bus.values import Encoded
from local.service_bus.wire import MAX_MESSAGE_SIZE, read_transfer, size_exceeded, write_message

WINDOW = 0x7FFF_FFFF  #: transfer frames; what holds clients back is the credit of their links
MAX_HANDLE = 255
SERIAL_NUMBERS = 1 << 32  #: after that many, the numbers of transfers and deliveries begin anew


class Carrier(Protocol):
    """A connection, as its sessions see it."""

    claims: Claims
    max_frame_size: int

    def send(self, channel: int, performative: Performative, payload: bytes = b"") -> None:
        """Send a frame, after the commit."""
        ...

    def is_congested(self) -> bool:
        """Whether the client is slow to read what was sent."""
        ...


class QueueConsumer:
    """An outlet of a queue, as the broker sees it."""

    def __init__(self, session: "Session", outlet: Outlet) -> None:
        self._session, self._outlet = session, outlet
        self.is_presettled = outlet.is_presettled

    def can_take(self) -> bool:
        return self._outlet.credit > 0 and self._session.has_room()

    def deliver(self, message: Message) -> None:
        self._session.deliver(self._outlet, message)

    def end_drain(self) -> None:
        if self._outlet.is_draining and (self._outlet.credit == 0 or self._session.has_room()):
            self._outlet.drain()
            self._session.send_flow(self._outlet)


class Session:
    """The broker's end of a session."""

    def __init__(self, channel: int, begin: Begin, carrier: Carrier, broker: Broker) -> None:
        self._channel, self._carrier, self._broker = channel, carrier, broker
        self._next_incoming_id, self._next_outgoing_id = begin.next_outgoing_id, 0
        self._window = begin.incoming_window  #: transfer frames that the client takes for now
        self._backlog: deque[tuple[Transfer, bytes]] = deque()  #: what waits for the window
        self._next_delivery_id = 0
        self._links: dict[int, Inlet | Outlet] = {}
        self._consumers: dict[int, QueueConsumer] = {}
        self._refused: set[int] = set()  #: handles that the client has not detached yet
        self._unsettled: dict[int, tuple[Outlet, Queue, bytes]] = {}  #: delivery id: where, and the lock
        self._send(Begin(channel, 0, WINDOW, WINDOW, MAX_HANDLE))

    def receive(self, performative: Performative, payload: bytes) -> None:
        """Take in what the client sent. Raises `AmqpError` for what ends the connection."""
        match performative:
            case Attach():
                self._attach(performative)
            case Flow():
                self._flow(performative)
            case Transfer():
                self._transfer(performative, payload)
            case Disposition():
                self._disposition(performative)
            case Detach():
                self._detach(performative)
            case _:
                text = f"a frame of type {type(performative).__name__} within a session"
                raise AmqpError(Condition.NOT_ALLOWED, text)

    def has_room(self) -> bool:
        """Whether another message may be sent now."""
        return self._window > 0 and not self._carrier.is_congested()

    def deliver(self, outlet: Outlet, message: Message) -> None:
        """Send a message of a queue; what is locked waits for the client's disposition."""
        delivery_id = self._send_message(outlet, message.lock or self._broker.mint(), write_message(message))
        if message.lock is not None and outlet.queue is not None:
            self._unsettled[delivery_id] = (outlet, outlet.queue, message.lock)

    def send_flow(self, link: Inlet | Outlet) -> None:
        """Tell the client how link and session stand."""
        flow = Flow(self._next_incoming_id, WINDOW, self._next_outgoing_id, WINDOW, link.handle)
        self._send(flow._replace(delivery_count=link.delivery_count, link_credit=link.credit))

    def forget(self) -> None:
        """The session is over. What it had locked stays locked until the locks run out."""
        for handle in list(self._links):
            self._remove(handle)

    # Links

    def _attach(self, attach: Attach) -> None:
        if attach.handle in self._links or attach.handle > MAX_HANDLE:
            text = f"handle {attach.handle}, which is in use or above {MAX_HANDLE}"
            raise AmqpError(Condition.HANDLE_IN_USE, text)
        answer = attach._replace(
            is_receiver=not attach.is_receiver,
            unsettled=None,
            initial_delivery_count=0 if attach.is_receiver else None,
            max_message_size=MAX_MESSAGE_SIZE,
        )
        try:
            node = wanted_node(attach)
            queue = self._queue_at(node)
        except AmqpError as error:
            self._send(answer._replace(source=None, target=None))
            self._refuse(attach.handle, error)
            return
        self._send(answer)
        if attach.is_receiver:
            self._add_outlet(Outlet(attach, node, queue))
        else:
            inlet = self._links[attach.handle] = Inlet(attach, node, queue)
            self.send_flow(inlet)

    def _refuse(self, handle: int, error: AmqpError) -> None:
        self._refused.add(handle)
        self._send(Detach(handle, closed=True, error=error_value(error)))

    def _queue_at(self, node: Node) -> Queue | None:
        """The queue of a node; there is none behind `$cbs`, where everyone may go."""
        if node.kind is NodeKind.CLAIMS:
            return None
        self._carrier.claims.require(node.path, self._broker.now())
        return self._broker.namespace.find(node.path)

    def _add_outlet(self, outlet: Outlet) -> None:
        self._links[outlet.handle] = outlet
        if outlet.node.kind is NodeKind.QUEUE and outlet.queue is not None:
            consumer = self._consumers[outlet.handle] = QueueConsumer(self, outlet)
            self._broker.add_consumer(outlet.queue, consumer)

    def _detach(self, detach: Detach) -> None:
        if detach.handle in self._refused:
            self._refused.remove(detach.handle)
        elif detach.handle in self._links:
            self._remove(detach.handle)
            self._send(Detach(detach.handle, closed=detach.closed))

    def _remove(self, handle: int) -> None:
        link = self._links.pop(handle)
        consumer = self._consumers.pop(handle, None)
        if consumer is not None and link.queue is not None:
            self._broker.remove_consumer(link.queue, consumer)
        self._backlog = deque(frame for frame in self._backlog if frame[0].handle != handle)
        for delivery_id in [i for i, (outlet, _, _) in self._unsettled.items() if outlet is link]:
            del self._unsettled[delivery_id]

    def _flow(self, flow: Flow) -> None:
        self._window = (flow.next_incoming_id or 0) + flow.incoming_window - self._next_outgoing_id
        self._send_backlog()
        # A flow for a link that is gone is late, not wrong: the SDK's keep-alive thread sends such.
        link = self._links.get(flow.handle) if flow.handle is not None else None
        if isinstance(link, Outlet):
            link.grant(flow)
        if link is not None and flow.echo:
            self.send_flow(link)

    # Messages from the client

    def _transfer(self, transfer: Transfer, payload: bytes) -> None:
        self._next_incoming_id = (self._next_incoming_id + 1) % SERIAL_NUMBERS
        link = self._links.get(transfer.handle)
        if isinstance(link, Inlet):
            delivery = link.take(transfer, payload)
            if link.needs_credit():
                link.credit = CREDIT
                self.send_flow(link)
            if delivery is not None:
                self._answer(link, delivery)
        elif transfer.handle not in self._refused:
            text = f"a transfer on handle {transfer.handle}, on which the client has no link to send"
            raise AmqpError(Condition.UNATTACHED_HANDLE, text)

    def _answer(self, inlet: Inlet, delivery: Delivery) -> None:
        try:
            self._take_in(inlet, delivery)
            outcome = accepted()
        except AmqpError as error:
            outcome = rejected(error)
            if delivery.settled:  # no disposition will be read, so the link itself tells
                self._remove(inlet.handle)
                self._refuse(inlet.handle, error)
        if not delivery.settled:
            number = delivery.delivery_id
            self._send(Disposition(is_receiver=True, first=number, last=number, settled=True, state=outcome))

    def _take_in(self, inlet: Inlet, delivery: Delivery) -> None:
        if delivery.in_transaction:
            raise AmqpError(Condition.NOT_IMPLEMENTED, "transactions are not implemented here")
        if delivery.size > MAX_MESSAGE_SIZE:
            raise size_exceeded(delivery.size)
        if inlet.queue is not None and inlet.node.kind is NodeKind.QUEUE:
            for incoming in read_transfer(delivery.message_format, delivery.payload):
                inlet.queue.send(incoming, self._broker.now())
        else:
            self._reply(inlet, delivery.payload)

    def _reply(self, inlet: Inlet, payload: bytes) -> None:
        request, now = read_request(payload), self._broker.now()
        outlet = self._reply_outlet(inlet.node, request.reply_to)
        if inlet.queue is None:
            response = self._carrier.claims.answer(request, now)
        else:
            response = management.answer(request, inlet.queue, now, self._broker.mint)
        self._send_message(outlet, self._broker.mint(), response, settled=True)

    def _reply_outlet(self, node: Node, reply_to: str | None) -> Outlet:
        """The link for answers: the one with that target or, if the request names none, any of the node's."""
        outlets = [link for link in self._links.values() if isinstance(link, Outlet) and link.node == node]
        for outlet in outlets:
            if reply_to in (None, outlet.target):
                return outlet
        raise AmqpError(Condition.NOT_FOUND, f"there is no link for answers to {reply_to!r}")

    # Messages to the client

    def _disposition(self, disposition: Disposition) -> None:
        if not disposition.is_receiver:  # about what it sent itself: that was settled when it came
            return
        first = disposition.first
        last = first if disposition.last is None else disposition.last
        if disposition.state is None and not disposition.settled:  # nothing is decided
            return
        for delivery_id in [i for i in self._unsettled if first <= i <= last]:
            outcome = self._settle(delivery_id, disposition.state)
            if outcome is not None and not disposition.settled:
                ours = Disposition(is_receiver=False, first=delivery_id, last=delivery_id, settled=True)
                self._send(ours._replace(state=outcome))

    def _settle(self, delivery_id: int, state: Encoded | None) -> Encoded | None:
        """Do what the client decided; the state to confirm it with, or None if it has not decided yet."""
        _, queue, lock = self._unsettled[delivery_id]
        try:
            settlement = read_outcome(state)
            if settlement is None:
                return None
            settle(queue, lock, settlement, self._broker.now())
            outcome = write_outcome(settlement)
        except AmqpError as error:
            outcome = rejected(error)
        del self._unsettled[delivery_id]
        return outcome

    def _send_message(self, outlet: Outlet, tag: bytes, message: bytes, *, settled: bool = False) -> int:
        delivery_id = self._next_delivery_id
        self._next_delivery_id += 1
        first = Transfer(outlet.handle, delivery_id, tag, 0, settled or outlet.is_presettled)
        self._backlog.extend(split_transfer(first, message, self._carrier.max_frame_size))
        outlet.count()
        self._send_backlog()
        return delivery_id

    def _send_backlog(self) -> None:
        while self._backlog and self._window > 0:
            transfer, payload = self._backlog.popleft()
            self._window -= 1
            self._next_outgoing_id += 1
            self._carrier.send(self._channel, transfer, payload)

    def _send(self, performative: Performative) -> None:
        self._carrier.send(self._channel, performative)
