"""The HTTP surface: who may ask, in which envelope errors go, and how handlers come to their bodies."""

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.foundry.errors import Envelope, Refused, body
from local.identity.token import read_token

# foundry handbook page, 1.1. For the account endpoint sources name both audiences.
PROJECT_AUDIENCES = frozenset({"https://ai.azure.com"})
ACCOUNT_AUDIENCES = frozenset({"https://ai.azure.com", "https://cognitiveservices.azure.com"})
ARM_AUDIENCES = frozenset({"https://management.azure.com", "https://management.core.windows.net"})


class Call(NamedTuple):
    """A request, read."""

    base: str  #: the server's own address
    path: Mapping[str, str]
    query: Mapping[str, str]
    content: bytes


class Answer(NamedTuple):
    """What goes back as JSON."""

    value: object
    status: int = 200
    headers: Mapping[str, str] = {}


type Handler = Callable[[Call], Answer | Response]
type Endpoint = Callable[[Request], Awaitable[Response]]


class Surface(NamedTuple):
    """A part of the service with its own rules."""

    audiences: frozenset[str]  #: empty: everybody may ask
    envelope: Envelope

    def route(self, path: str, method: str, handler: Handler) -> Route:
        """A path whose handler runs on a thread, so that a slow one holds up nobody."""

        async def read(request: Request) -> Response:
            call = Call(
                str(request.base_url).rstrip("/"), request.path_params, request.query_params, await request.body()
            )
            return _response(await run_in_threadpool(handler, call))

        return Route(path, self.guard(read), methods=[method])

    def guard(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint behind this surface's rules."""

        async def guarded(request: Request) -> Response:
            try:
                self._check(request)
                answer = await endpoint(request)
            except Refused as refused:
                answer = JSONResponse(body(refused, self.envelope), refused.status)
            answer.headers["x-ms-request-id" if self.envelope == "arm" else "x-request-id"] = str(uuid.uuid4())
            return answer

        return guarded

    def _check(self, request: Request) -> None:
        if not self.audiences:
            return
        check_bearer(request.headers.get("authorization"), self.audiences, time.time(), self.envelope)
        version = request.query_params.get("api-version")
        if self.envelope == "v1" and version not in (None, "v1", "preview"):
            raise Refused(400, "BadRequest", f"api-version not allowed: {version!r}")
        if self.envelope == "arm" and not version:
            raise Refused(
                400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required."
            )


def check_bearer(header: str | None, audiences: frozenset[str], now: float, envelope: Envelope) -> None:
    """Raise `Refused` unless the header carries a token for one of the audiences that has not expired."""
    scheme, _, token = (header or "").partition(" ")
    claims = read_token(token) if scheme.lower() == "bearer" else None
    if claims and claims.audience in audiences and claims.expires > now:
        return
    if envelope == "v1":
        raise Refused(
            401,
            "Unauthorized",
            "Unauthorized. Access token is missing, invalid, audience is incorrect"
            f" ({', '.join(sorted(audiences))}), or have expired.",
        )
    if claims is None:
        raise Refused(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    if claims.audience in audiences:
        raise Refused(401, "ExpiredAuthenticationToken", "The access token expiry has passed.")
    raise Refused(
        401,
        "InvalidAuthenticationTokenAudience",
        f"The access token has been obtained for wrong audience or resource {claims.audience!r}.",
    )


def _response(answer: Answer | Response) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer.value is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    return JSONResponse(answer.value, answer.status, dict(answer.headers))
