"""The webhook, and the page on which the channel can be read."""

import datetime as dt
import hmac
import time
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Receive, Scope, Send

from local.teams.channel import Channel
from local.teams.faults import Fault, Faults
from local.teams.messages import LARGEST_MESSAGE, MessageRefused, cards_of
from local.teams.rate import Rate

HERE = Path(__file__).parent
RENDERER = HERE.parents[1] / "node_modules/adaptivecards/dist/adaptivecards.min.js"

#: Scripts and pictures from this page only: a card cannot make the reader's browser call anybody.
PAGE_HEADERS = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"}


class Lost(Response):
    """An answer whose connection breaks: one byte is promised and none comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's form
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"1")]})


class Webhook(NamedTuple):
    """One workflow's webhook and all it goes by."""

    signature: str
    channel: Channel
    rate: Rate
    faults: Faults

    async def invoke(self, request: Request) -> Response:
        """Take a message for the channel."""
        fault = self.faults.next()
        if fault and not fault.lose_answer:
            return _fault(fault)
        refused = self._refusal(request)
        if refused is None:
            refused = self._keep(await request.body())
        return refused or (Lost() if fault else Response(status_code=202))

    def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that is wrong before its body is read."""
        query = request.query_params
        if "api-version" not in query:
            return _error(400, "MissingApiVersionParameter", "the query has no api-version")
        if query.get("sv") != "1.0" or "sp" not in query or not self._is_signed(query.get("sig", "")):
            return _error(401, "DirectApiAuthorizationRequired", "the query's signature is not this workflow's")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return _error(415, "UnsupportedMediaType", f"content type is {kind!r}; application/json is needed")
        if wait := self.rate.wait(time.monotonic()):
            return _error(429, "TooManyRequests", "too many messages", {"Retry-After": str(wait)})
        return None

    def _keep(self, body: bytes) -> Response | None:
        """Keep the message's cards, or answer why not."""
        if len(body) > LARGEST_MESSAGE:
            return _error(413, "RequestEntityTooLarge", f"{len(body)} bytes; at most {LARGEST_MESSAGE} are taken")
        try:
            cards = cards_of(body)
        except MessageRefused as error:
            return _error(400, "InvalidRequestContent", str(error))
        for card in cards:
            self.channel.post(card, len(body), dt.datetime.now(dt.UTC))
        return None

    def _is_signed(self, signature: str) -> bool:
        return hmac.compare_digest(signature.encode(), self.signature.encode())


def teams(webhook: Webhook, name: str) -> Starlette:
    """The whole stand-in; `name` is the channel's."""
    templates = Jinja2Templates(HERE / "templates")

    async def page(request: Request) -> Response:
        return templates.TemplateResponse(request, "channel.html", {"channel": name}, headers=PAGE_HEADERS)

    async def cards(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        return JSONResponse(webhook.channel.cards(int(after) if after.isdecimal() else 0))

    async def order_fault(request: Request) -> Response:
        try:
            webhook.faults.order(Fault.model_validate_json(await request.body()))
        except ValidationError as error:
            return _error(400, "InvalidFault", str(error))
        return Response(status_code=204)

    async def renderer(_request: Request) -> Response:
        return FileResponse(RENDERER, media_type="text/javascript")

    return Starlette(
        routes=[
            Route("/", page),
            Route("/cards.json", cards),
            Route("/workflows/{id}/triggers/manual/paths/invoke", webhook.invoke, methods=["POST"]),
            Route("/standin/faults", order_fault, methods=["POST"]),
            Route("/static/adaptivecards.min.js", renderer),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
    )


def _fault(fault: Fault) -> Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return _error(fault.status, "FaultOnDemand", "this answer was ordered", headers)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)
