"""All queues of a broker, and what an address on the wire stands for."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple
from urllib.parse import urlsplit

from local.service_bus.errors import AmqpError, Condition
from local.service_bus.options import QueueOptions
from local.service_bus.queue import DEAD_LETTER_SUFFIX, Queue

MANAGEMENT_SUFFIX = "/$management"
CLAIMS_PATH = "$cbs"
_UNSUPPORTED = {"/subscriptions/": "topics and subscriptions", "/$transfer": "transfer dead-letter queues"}


class NodeKind(Enum):
    """What can be at the other end of a link."""

    CLAIMS = "claims"
    MANAGEMENT = "management"
    QUEUE = "queue"


class Node(NamedTuple):
    """What an address names. `path` is the queue's, in lower case."""

    kind: NodeKind
    path: str


def node_at(address: str) -> Node:
    """The node of an address: a path, or a URI with one. Whether there is such a queue is not looked at."""
    path = path_of(address)
    if path == CLAIMS_PATH:
        return Node(NodeKind.CLAIMS, path)
    if path.endswith(MANAGEMENT_SUFFIX):
        return Node(NodeKind.MANAGEMENT, path.removesuffix(MANAGEMENT_SUFFIX))
    return Node(NodeKind.QUEUE, path)


def path_of(address: str) -> str:
    """The path in an address, in lower case: names are not case-sensitive."""
    path = urlsplit(address).path if "://" in address else address
    return path.strip("/").lower()


class Namespace:
    """The queues by name, each with its dead-letter queue."""

    def __init__(self, options: Mapping[str, QueueOptions]) -> None:
        self.queues: dict[str, Queue] = {}
        for name, its_options in options.items():
            dead_letters = Queue(name + DEAD_LETTER_SUFFIX, its_options)
            self.queues[name.lower()] = Queue(name, its_options, dead_letters)
            self.queues[dead_letters.name.lower()] = dead_letters

    def find(self, path: str) -> Queue:
        """The queue with this path, in lower case."""
        if path in self.queues:
            return self.queues[path]
        for part, what in _UNSUPPORTED.items():
            if part in path:
                raise AmqpError(Condition.NOT_IMPLEMENTED, f"{what} are not implemented here: {path!r}")
        raise AmqpError(Condition.NOT_FOUND, f"the messaging entity {path!r} could not be found")
