"""A container and a queue in memory, that can be away."""

import datetime as dt
import json
from collections.abc import Callable

from azure.core.exceptions import ServiceRequestError

from local.event_grid.events import Source
from local.event_grid.versions import Version
from local.event_grid.watcher import Message

WRITTEN = dt.datetime(2026, 11, 24, 10, 0, 0, tzinfo=dt.UTC)


class FakeBlobs:
    def __init__(self) -> None:
        self.source = Source("/subscriptions/s", "datasets", "http://127.0.0.1/a/datasets")
        self.versions: dict[str, Version] = {}
        self.failures = 0

    def upload(self, name: str, etag: str) -> None:
        self.versions[name] = Version(name, etag, 1, "text/plain", "BlockBlob", WRITTEN)

    def listing(self) -> list[Version]:
        if self.failures:
            self.failures -= 1
            raise ServiceRequestError("connection refused")
        return list(self.versions.values())

    def committed_blocks(self, name: str) -> int:
        return len(name) % 2


class FakeQueue:
    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.takes = 10**9  # messages until it goes away
        self.taken: Callable[[], None] = lambda: None

    def send(self, message: Message) -> None:
        if len(self.messages) >= self.takes:
            raise ServiceRequestError("connection refused")
        self.messages.append(message)
        self.taken()

    @property
    def announced(self) -> list[tuple[str, str]]:
        """Name and ETag of every event that came in."""
        return [_announced(json.loads(message.body)) for message in self.messages]


def _announced(event: dict) -> tuple[str, str]:
    return event["subject"].partition("/blobs/")[2], event["data"]["eTag"]
