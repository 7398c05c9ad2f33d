"""The token endpoint that App Service gives its apps as IDENTITY_ENDPOINT.

Shape: learn.microsoft.com, *How to use managed identities for App Service*, api-version 2019-08-01.
"""

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.identity.token import CLIENT, LIFETIME_SECONDS, token_for

PATH = "/msi/token"
API_VERSION = "2019-08-01"


def app(header: str, now: Callable[[], float] = time.time) -> Starlette:
    """The endpoint; `header` is the value that callers must send as X-IDENTITY-HEADER."""

    def token(request: Request) -> JSONResponse:
        if request.headers.get("x-identity-header") != header:
            return _refusal(401, "the header X-IDENTITY-HEADER is missing or wrong")
        if request.query_params.get("api-version") != API_VERSION:
            return _refusal(400, f"api-version must be {API_VERSION!r}")
        resource = request.query_params.get("resource")
        if not resource:
            return _refusal(400, "the query parameter 'resource' is missing")
        return JSONResponse(_answer(resource, now()))

    return Starlette(routes=[Route(PATH, token)])


def _answer(resource: str, now: float) -> dict[str, str]:
    return {
        "access_token": token_for(resource, now),
        "client_id": CLIENT,
        "expires_on": str(int(now) + LIFETIME_SECONDS),
        "not_before": str(int(now)),
        "resource": resource,
        "token_type": "Bearer",
    }


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"statusCode": status, "message": message}, status_code=status)
