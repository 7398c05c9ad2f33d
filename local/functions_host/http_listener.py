"""The HTTP trigger: requests become invocations, and what functions return becomes responses.

A path or method that no function has is 404, a missing or wrong key 401, an exception 500 without a
body (docs "Azure Functions HTTP trigger", 2026). CORS and the landing page do not exist here.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import cast
from urllib.parse import parse_qs

from opentelemetry.trace import SpanKind
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.functions_host.http_routes import Endpoint, Keys, find
from local.functions_host.invocations import Invocations, Work
from local.functions_host.messages import RpcHttp, RpcHttpCookie, TypedData
from local.functions_host.telemetry import TraceContext
from local.functions_host.worker import Answer

SAME_SITE = {1: "lax", 2: "strict", 3: "none"}


class HttpListener:
    """An ASGI app."""

    def __init__(self, endpoints: Sequence[Endpoint], keys: Keys, invocations: Invocations) -> None:
        self._endpoints, self._keys, self._invocations = endpoints, keys, invocations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        found = find(self._endpoints, request.method, request.url.path)
        if found is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        endpoint, parameters = found
        if not self._keys.accept(endpoint.trigger.level, _key_in(request)):
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        return await self._invoke(endpoint, request, parameters)

    async def _invoke(self, endpoint: Endpoint, request: Request, parameters: Mapping[str, str]) -> Response:
        body = await request.body()
        work = Work(
            function=endpoint.function,
            parameter=endpoint.trigger.parameter,
            data=TypedData(http=_rpc_request(request, body, parameters)),
            metadata={},
            cause=f"{request.method} {request.url.path}",
        )
        parent, attributes = _trace_context(request), _attributes(request, endpoint)
        with self._invocations.request(endpoint.function, SpanKind.SERVER, parent, attributes) as telemetry:
            response = response_of(await self._invocations.run(work, telemetry))
            telemetry.describe({"http.response.status_code": response.status_code})
        return response


def response_of(answer: Answer) -> Response:
    """What the function returned: an HttpResponse, or text."""
    returned = answer.outputs.get("$return")
    if answer.error or returned is None:
        return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
    if returned.kind != "http":
        return Response(str(returned.value), media_type="text/plain")
    rpc = cast("RpcHttp", returned.value)
    content = cast("bytes", rpc.body.value) if rpc.body else b""
    response = Response(content, int(rpc.status_code), dict(rpc.headers))
    for cookie in rpc.cookies or ():
        _set_cookie(response, cookie)
    return response


def _set_cookie(response: Response, cookie: RpcHttpCookie) -> None:
    response.set_cookie(
        cookie.name,
        cookie.value,
        max_age=int(cookie.max_age.value) if cookie.max_age else None,
        expires=datetime.fromtimestamp(cookie.expires.value.seconds, UTC) if cookie.expires else None,
        path=cookie.path.value if cookie.path else None,
        domain=(cookie.domain.value or None) if cookie.domain else None,
        secure=bool(cookie.secure and cookie.secure.value),
        httponly=bool(cookie.http_only and cookie.http_only.value),
        samesite=SAME_SITE.get(cookie.same_site),  # pyright: ignore[reportArgumentType] - one of its literals
    )


def _rpc_request(request: Request, body: bytes, parameters: Mapping[str, str]) -> RpcHttp:
    query = parse_qs(request.url.query)
    return RpcHttp(
        method=request.method,
        url=str(request.url),
        headers={name: ", ".join(request.headers.getlist(name)) for name in request.headers},
        query={name: ",".join(values) for name, values in query.items()},
        params=parameters,
        body=TypedData(bytes=body) if body else TypedData(),
    )


def _key_in(request: Request) -> str:
    return request.headers.get("x-functions-key") or request.query_params.get("code", "")


def _trace_context(request: Request) -> TraceContext | None:
    parent = request.headers.get("traceparent")
    return TraceContext(parent, request.headers.get("tracestate", "")) if parent else None


def _attributes(request: Request, endpoint: Endpoint) -> dict[str, str | int]:
    return {
        "faas.trigger": "http",
        "http.request.method": request.method,
        "http.route": endpoint.template,
        "url.scheme": request.url.scheme,
        "url.path": request.url.path,
        "server.address": request.url.hostname or "",
        "server.port": request.url.port or 80,
    }
