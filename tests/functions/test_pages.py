"""What the pages answer to whom."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import azure.functions as func
import pytest

from functions import pages
from shared import bootstrap
from shared.adapters.app_service_sign_in import HEADER, AppServiceSignIn
from shared.core.access import ROLES, TAKES
from shared.core.run import Run
from tests.fakes import World
from tests.standing import at, now

OID = "6f2c1f6e-0000-4000-8000-000000000001"
PAGE = "https://tunedrop.example/api/runs"
type Where = tuple[World, Run]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Where:
    """A run that waits for a person, in an app where people sign in."""
    return standing("held", monkeypatch)


@pytest.fixture
def parked(monkeypatch: pytest.MonkeyPatch) -> Where:
    return standing("parked", monkeypatch)


def standing(state: str, monkeypatch: pytest.MonkeyPatch) -> Where:
    world, run = at(state)
    monkeypatch.setattr(pages, "services", lambda: world.services)
    monkeypatch.setattr(pages, "sign_in", lambda: AppServiceSignIn(is_on=True))
    return world, run


@pytest.fixture
def with_keys(held: Where, monkeypatch: pytest.MonkeyPatch) -> Iterator[Where]:
    for name, value in {"PAGES_SIGN_IN": "off", **LAPTOP}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(pages, "sign_in", bootstrap.sign_in)
    bootstrap._settings.cache_clear()
    yield held
    bootstrap._settings.cache_clear()


LAPTOP = {
    "DATA_STORAGE": "UseDevelopmentStorage=true",
    "SERVICE_BUS": "Endpoint=sb://localhost;SharedAccessKey=k",
    "FOUNDRY_PROJECT_ENDPOINT": "https://localhost:1/api/projects/p",
    "FOUNDRY_ACCOUNT_ID": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a",
}


def signed_in(*roles: str) -> dict[str, str]:
    claims = [("oid", OID), ("preferred_username", "ada@contoso.example"), *(("roles", role) for role in roles)]
    principal = {"auth_typ": "aad", "claims": [{"typ": typ, "val": val} for typ, val in claims]}
    return {HEADER: base64.b64encode(json.dumps(principal).encode()).decode()}


def request(run: Run, path: str = "", headers: dict[str, str] | None = None, **form: str) -> func.HttpRequest:
    return func.HttpRequest(
        method="POST" if form else "GET",
        url=f"{PAGE}/{run.id}{path}",
        headers={"Content-Type": "application/x-www-form-urlencoded", **(headers or {})},
        route_params={"run_id": run.id, "name": "report.json"},
        body=urlencode(form).encode(),
    )


def decided(run: Run, decision: str, headers: dict[str, str]) -> func.HttpResponse:
    return pages.decide(request(run, "/decisions", headers, decision=decision))


VIEWS = {"runs": pages.runs, "run": pages.run, "run_file": pages.run_file}


@pytest.mark.parametrize("view", VIEWS)
def test_nobody_sees_anything_who_is_not_signed_in(view: str, held: Where) -> None:
    answer = VIEWS[view](request(held[1]))
    assert answer.status_code == 401
    assert "sign in with an account of this organisation" in answer.get_body().decode()
    assert held[1].drop.name not in answer.get_body().decode()


@pytest.mark.parametrize("view", VIEWS)
def test_nobody_sees_anything_who_has_no_role(view: str, held: Where) -> None:
    answer = VIEWS[view](request(held[1], headers=signed_in("reader")))
    assert answer.status_code == 403
    assert "has none of the app roles viewer, operator, approver" in answer.get_body().decode()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_runs(role: str, held: Where) -> None:
    assert pages.runs(request(held[1], headers=signed_in(role))).status_code == 200
    assert pages.run(request(held[1], headers=signed_in(role))).status_code == 200


@pytest.mark.usefixtures("held")
def test_a_refusal_to_a_program_is_plain_text() -> None:
    asked = func.HttpRequest("GET", PAGE, params={"format": "json"}, body=b"")
    answer = pages.runs(asked)
    assert (answer.status_code, answer.mimetype) == (401, "text/plain")


def test_the_page_offers_what_the_role_may_and_names_the_role_for_the_rest(held: Where) -> None:
    page = pages.run(request(held[1], headers=signed_in("operator"))).get_body().decode()
    assert "<form" not in page
    assert "To approve this run takes the app role approver." in page
    assert "<form" in pages.run(request(held[1], headers=signed_in("approver"))).get_body().decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_money_is_an_approvers(decision: str, role: str, held: Where) -> None:
    answer = decided(held[1], decision, signed_in(role))
    assert answer.status_code == (303 if role == "approver" else 403)
    assert bool(now(*held).signatures) == (role == "approver")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("decision", ["resume", "cancel"])
def test_running_is_an_operators(decision: str, role: str, parked: Where) -> None:
    answer = decided(parked[1], decision, signed_in(role))
    assert answer.status_code == (303 if role == "operator" else 403)
    assert bool(now(*parked).signatures) == (role == "operator")


def test_every_decision_is_somebodys() -> None:
    assert set(pages.DECISIONS) == set(TAKES)


def test_who_decided_stands_in_the_run_and_on_its_page(held: Where) -> None:
    decided(held[1], "refuse", signed_in("approver"))
    [signature] = now(*held).signatures
    assert (signature.by.name, signature.by.id) == ("ada@contoso.example", OID)
    page = pages.run(request(held[1], headers=signed_in("viewer"))).get_body().decode()
    assert "ada@contoso.example" in page
    assert OID in page


def test_with_keys_nobody_is_who_a_header_says(with_keys: Where) -> None:
    world, run = with_keys
    forged = {**signed_in("approver"), "X-MS-CLIENT-PRINCIPAL-NAME": "ada@contoso.example"}
    assert decided(run, "approve", forged).status_code == 303
    [signature] = now(world, run).signatures
    assert (signature.by.name, signature.by.id) == ("an operator", None)


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin, cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://tunedrop.example"}, 403),
        ({"Origin": "https://tunedrop.example"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://tunedrop.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 303),
    ],
)
def test_a_form_that_another_site_sent_decides_nothing(says: dict[str, str], status: int, held: Where) -> None:
    answer = decided(held[1], "approve", {**signed_in("approver"), **says})
    assert answer.status_code == status
    assert bool(now(*held).signatures) == (status == 303)


def test_an_unknown_decision_is_told_which_there_are(held: Where) -> None:
    answer = decided(held[1], "promote", signed_in("approver", "operator"))
    assert (answer.status_code, answer.get_body()) == (
        400,
        b"decision: expected one of approve, refuse, resume, cancel",
    )


def test_every_answer_forbids_to_be_framed_kept_or_guessed_at(held: Where) -> None:
    for answer in (pages.runs(request(held[1])), pages.run(request(held[1], headers=signed_in("viewer")))):
        assert {name: answer.headers[name] for name in pages.SAFE} == pages.SAFE
