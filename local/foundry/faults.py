"""Faults on demand: what a test tells the stand-in to do to requests that match. A restart forgets them."""

import asyncio
import itertools
import re
import threading
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADMIN = "/standin/"


class Match(msgspec.Struct, forbid_unknown_fields=True):
    """Which requests; the path is a regular expression to be found anywhere in it."""

    path: str = ""
    method: str | None = None


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """What is done to them, in the order of the fields. With no status and no dropping, they are only delayed."""

    match: Match = msgspec.field(default_factory=Match)
    times: Annotated[int, Meta(ge=1)] = 1
    delay_seconds: Annotated[float, Meta(ge=0)] = 0.0  #: real
    close_before: bool = False  #: drop the connection and do nothing
    status: Annotated[int, Meta(ge=400, le=599)] | None = None  #: answer this and do nothing
    body: Any = None  #: of that answer; a string goes out as it is
    retry_after: str | None = None  #: header of that answer
    lose_answer_after_commit: bool = False  #: do everything, then drop the connection
    id: str = ""
    met: int = 0  #: requests so far

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is to suffer it."""
        alike = self.match.method is None or self.match.method.upper() == method
        return alike and self.met < self.times and re.search(self.match.path, path) is not None


class Faults:
    """The faults in force; each request meets the oldest that matches it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Put one in force."""
        re.compile(fault.match.path)
        with self._lock:
            fault.id, fault.met = f"fault-{next(self._numbers)}", 0
            self._faults.append(fault)
        return fault

    def all(self) -> list[Fault]:
        """Those in force and those used up."""
        return list(self._faults)

    def remove(self, id_: str | None = None) -> int:
        """Lift one, or all; how many it were."""
        with self._lock:
            kept = [fault for fault in self._faults if id_ not in (None, fault.id)]
            removed = len(self._faults) - len(kept)
            self._faults = kept
        return removed

    def meet(self, method: str, path: str) -> Fault | None:
        """The fault that a request meets, counted."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(method, path):
                    fault.met += 1
                    return fault
        return None


class FaultyApp:
    """An application whose requests meet faults; those to the stand-in's own pages never do."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app, self._faults = app, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = None
        if scope["type"] == "http" and not scope["path"].startswith(ADMIN):
            fault = self._faults.meet(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        await asyncio.sleep(fault.delay_seconds)
        if fault.close_before:
            await _drop(send)
        elif fault.status is not None:
            await _answer(fault, fault.status)(scope, receive, send)
        elif fault.lose_answer_after_commit:
            await self._app(scope, receive, _swallow)
            await _drop(send)
        else:
            await self._app(scope, receive, send)


def _answer(fault: Fault, status: int) -> Response:
    headers = {"retry-after": fault.retry_after} if fault.retry_after is not None else {}
    if isinstance(fault.body, str):
        return Response(fault.body, status, headers)
    error = {"code": str(status), "message": "a fault on demand", "param": None, "type": "fault", "inner_error": None}
    return JSONResponse({"error": error} if fault.body is None else fault.body, status, headers)


async def _swallow(_message: Message) -> None:
    """Where answers go that are lost."""


async def _drop(send: Send) -> None:
    """Begin an answer and never end it: the server then closes the connection, and the client knows nothing."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
