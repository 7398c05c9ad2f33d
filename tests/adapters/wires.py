"""Transports that stand in for a network: they keep what was sent, and give the answers they were told to."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from azure.core.pipeline.transport import HttpRequest, HttpResponse, HttpTransport
from azure.storage.blob import ContainerClient
from requests.structures import CaseInsensitiveDict


class _Stream(Iterator[bytes]):
    """What the SDK reads a body from."""

    def __init__(self, response: HttpResponse, content: bytes) -> None:
        self.response, self.content_length = response, len(content)
        self._chunks = iter([content])

    def __next__(self) -> bytes:
        return next(self._chunks)


type Answer = Callable[[HttpRequest], HttpResponse]


class _Response(HttpResponse):
    def __init__(self, request: HttpRequest, status: int, headers: dict[str, str], content: bytes) -> None:
        super().__init__(request, None)
        self.status_code, self.reason = status, ""
        plain = {"Content-Length": str(len(content)), "Content-Type": "application/xml"}
        self.headers = CaseInsensitiveDict({**plain, **headers})
        self.content_type = self.headers["Content-Type"]
        self._content = content

    def body(self) -> bytes:
        return self._content

    def read(self) -> bytes:
        return self._content

    def stream_download(self, _pipeline: object, **_options: object) -> Iterator[bytes]:
        return _Stream(self, self._content)


def answered(status: int, content: bytes = b"", **headers: str) -> Answer:
    return lambda request: _Response(
        request, status, {name.replace("_", "-"): value for name, value in headers.items()}, content
    )


def refused(status: int, code: str, **headers: str) -> Answer:
    return answered(status, **{"x-ms-error-code": code, **headers})


CREATED = answered(201, ETag='"0x1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")


class Wire(HttpTransport[HttpRequest, HttpResponse]):
    """Each request gets the next answer; the last stands for all that follow."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest, **_options: Any) -> HttpResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None = None,
        _error: BaseException | None = None,
        _traceback: TracebackType | None = None,
    ) -> None: ...


class BlobWire(Wire):
    """A container behind a wire."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(*(answers or (CREATED,)))
        url = "https://account.blob.core.windows.net"
        self.container = ContainerClient(url, "runs", transport=self, retry_total=0)
