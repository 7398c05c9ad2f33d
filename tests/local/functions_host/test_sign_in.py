"""What stands in front of the app where people sign in."""

import base64
import json
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from local.functions_host.sign_in import LOG_IN, LOG_OUT, SignIn, person_in, session_of


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what it was told."""
    await JSONResponse(dict(Request(scope, receive).headers))(scope, receive, send)


@pytest.fixture
def browser() -> httpx2.Client:
    return TestClient(SignIn(app), follow_redirects=False)


def told(answer: httpx2.Response) -> dict[str, Any]:
    return json.loads(base64.b64decode(answer.json()["x-ms-client-principal"]))


def test_who_has_no_session_is_led_to_sign_in_and_a_program_is_told_so(browser: httpx2.Client) -> None:
    led = browser.get("/api/runs", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["location"]) == (302, LOG_IN)
    assert browser.get("/api/runs").status_code == 401
    assert browser.post("/api/runs/1/decisions", headers={"Accept": "text/html"}).status_code == 401


def test_the_health_of_the_app_is_told_to_everybody(browser: httpx2.Client) -> None:
    assert browser.get("/api/health").status_code == 200


@pytest.mark.parametrize("header", ["X-MS-CLIENT-PRINCIPAL", "x-ms-client-principal-name", "X-Ms-Token-Aad-Id-Token"])
def test_what_a_request_says_of_its_caller_never_reaches_the_app(browser: httpx2.Client, header: str) -> None:
    assert header.lower() not in browser.get("/api/health", headers={header: "forged"}).json()


def test_who_signs_in_is_told_to_the_app_and_who_signs_out_no_more(browser: httpx2.Client) -> None:
    assert "<form" in browser.get(LOG_IN).text
    back = browser.get(LOG_IN, params={"name": "ada@contoso.example", "roles": "viewer,approver"})
    assert (back.status_code, back.headers["location"]) == (303, "/api/runs")
    principal = told(browser.get("/api/runs", headers={"X-MS-CLIENT-PRINCIPAL": "forged"}))
    claims = [(claim["typ"], claim["val"]) for claim in principal["claims"]]
    assert ("preferred_username", "ada@contoso.example") in claims
    assert [value for name, value in claims if name == principal["role_typ"]] == ["viewer", "approver"]
    browser.get(LOG_OUT)
    assert browser.get("/api/runs").status_code == 401


@pytest.mark.parametrize("session", ["", "?", "bm8=", base64.urlsafe_b64encode(b"[]").decode()])
def test_what_is_no_session_is_nobodys(session: str) -> None:
    assert person_in(session) is None
    assert person_in(session_of("ada", "viewer")) == {"name": "ada", "roles": "viewer"}
