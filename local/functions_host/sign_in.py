"""App Service authentication in front of the app's HTTP functions, with a page of ours in place of Entra's.

What the platform does ("Authentication and authorization in Azure App Service", 2025; "Work with user identities in
Azure App Service authentication", 2021-03-29): who has no session is led to sign in, or told 401; headers that name a
caller are taken from what comes from outside, and set for who is signed in. What it does and this does not: check
anything. The session is a cookie in which stands who somebody says they are.
"""

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

ON = "WEBSITE_AUTH_ENABLED"
LOG_IN, LOG_OUT = "/.auth/login/aad", "/.auth/logout"
SESSION = "AppServiceAuthSession"
OPEN_PATHS = ("/api/health",)  #: as the infrastructure's `excludedPaths`
IDENTITY_HEADERS = ("x-ms-client-principal", "x-ms-token-")
NAMES = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
PAGE = """<!doctype html><title>Sign in</title><h1>Sign in</h1>
<p>The laptop's stand-in for Microsoft Entra: it believes everything.</p>
<form><p><label>Name <input name="name" value="ada@contoso.example"></label></p>
<p><label>App roles <input name="roles" value="viewer,operator,approver"></label></p>
<button>Sign in</button></form>"""


class SignIn:
    """An ASGI app around another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = _own_pages(request)
        person = person_in(request.cookies.get(SESSION, ""))
        if answer is None and person is None and request.url.path not in OPEN_PATHS:
            answer = _to_sign_in(request)
        if answer is not None:
            await answer(scope, receive, send)
            return
        scope["headers"] = _told(scope, person)
        await self._app(scope, receive, send)


def session_of(name: str, roles: str) -> str:
    """The cookie of somebody who says so. `roles`: with commas between them."""
    return base64.urlsafe_b64encode(json.dumps({"name": name, "roles": roles}).encode()).decode()


def person_in(session: str) -> Mapping[str, str] | None:
    try:
        found: object = json.loads(base64.urlsafe_b64decode(session))
    except (binascii.Error, ValueError):
        return None
    return cast("Mapping[str, str]", found) if isinstance(found, dict) else None


def principal(person: Mapping[str, str]) -> str:
    """`X-MS-CLIENT-PRINCIPAL`, as the platform writes it."""
    roles = [role for role in person["roles"].split(",") if role]
    claims = [
        {"typ": "aud", "val": "00000000-0000-0000-0000-0000000000dd"},
        {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": _object_id(person)},
        {"typ": "name", "val": person["name"].partition("@")[0]},
        {"typ": "preferred_username", "val": person["name"]},
        *({"typ": "roles", "val": role} for role in roles),
    ]
    body = {"auth_typ": "aad", "claims": claims, "name_typ": f"{NAMES}name", "role_typ": "roles"}
    return base64.b64encode(json.dumps(body).encode()).decode()


def _object_id(person: Mapping[str, str]) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, person["name"]))


def _told(scope: Scope, person: Mapping[str, str] | None) -> list[tuple[bytes, bytes]]:
    """The request's headers, without what it says of its caller, and with what the session does."""
    theirs = [(name, value) for name, value in scope["headers"] if not name.decode().startswith(IDENTITY_HEADERS)]
    headers = MutableHeaders(raw=theirs)
    if person is not None:
        headers["X-MS-CLIENT-PRINCIPAL"] = principal(person)
        headers["X-MS-CLIENT-PRINCIPAL-NAME"] = person["name"]
        headers["X-MS-CLIENT-PRINCIPAL-ID"] = _object_id(person)
        headers["X-MS-CLIENT-PRINCIPAL-IDP"] = "aad"
    return headers.raw


def _own_pages(request: Request) -> Response | None:
    if request.url.path == LOG_OUT:
        answer = RedirectResponse(LOG_IN, HTTPStatus.SEE_OTHER)
        answer.delete_cookie(SESSION)
        return answer
    if request.url.path != LOG_IN:
        return None
    if "name" not in request.query_params:
        return HTMLResponse(PAGE)
    answer = RedirectResponse("/api/runs", HTTPStatus.SEE_OTHER)
    session = session_of(request.query_params["name"], request.query_params.get("roles", ""))
    answer.set_cookie(SESSION, session, httponly=True, samesite="lax")
    return answer


def _to_sign_in(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(LOG_IN, HTTPStatus.FOUND)
    return Response(status_code=HTTPStatus.UNAUTHORIZED)
