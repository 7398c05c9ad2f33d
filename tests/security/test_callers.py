"""What can be done by whoever calls the app over HTTP, or is called by it."""

import base64
import json
from typing import Any

import azure.functions as func
import httpx2
import pytest
from pydantic import SecretStr

from functions import pages
from local.functions_host.indexing import index
from shared.adapters.app_service_sign_in import HEADER, AppServiceSignIn
from shared.adapters.blob_runs import BlobRuns
from shared.adapters.teams_channel import TeamsChannel
from shared.core.access import NotSignedIn
from shared.core.errors import PermanentError, TransientError
from tests.adapters.wires import BlobWire, answered
from tests.infra.deployments import CHECKOUT
from tests.standing import at, now

OURS = {"health", "runs", "runs/{run_id}", "runs/{run_id}/files/{name}", "runs/{run_id}/decisions"}


def routes() -> dict[str, dict[str, Any]]:
    triggers = [binding for function in index(CHECKOUT) for binding in function.bindings]
    return {str(one["route"]): one for one in triggers if one["type"] == "httpTrigger"}


@pytest.mark.stack
def test_there_are_no_webhooks_to_call() -> None:
    found = routes()
    assert set(found) == OURS
    assert [route for route, one in found.items() if "post" in str(one["methods"]).lower()] == [
        "runs/{run_id}/decisions"
    ]


def principal(*roles: str) -> dict[str, str]:
    claims = [{"typ": "oid", "val": "1"}, *({"typ": "roles", "val": role} for role in roles)]
    return {HEADER: base64.b64encode(json.dumps({"auth_typ": "aad", "claims": claims}).encode()).decode()}


def asked(run_id: str, headers: dict[str, str], decision: str) -> func.HttpRequest:
    return func.HttpRequest(
        "POST",
        f"https://tunedrop.example/api/runs/{run_id}/decisions",
        headers=headers,
        route_params={"run_id": run_id},
        body=f"decision={decision}".encode(),
    )


def test_nobody_spends_money_without_the_role_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world, run = at("held")
    monkeypatch.setattr(pages, "services", lambda: world.services)
    monkeypatch.setattr(pages, "sign_in", lambda: AppServiceSignIn(is_on=True))
    tried = [{}, principal(), principal("viewer"), principal("operator"), principal("viewer", "operator")]
    assert [pages.decide(asked(run.id, headers, "approve")).status_code for headers in tried] == [
        401,
        403,
        403,
        403,
        403,
    ]
    assert now(world, run) == run


def test_a_principal_that_a_caller_makes_up_is_nobody() -> None:
    with pytest.raises(NotSignedIn):
        AppServiceSignIn(is_on=False).visitor(principal("approver"))


def test_another_site_decides_nothing_through_somebodys_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    world, run = at("held")
    monkeypatch.setattr(pages, "services", lambda: world.services)
    monkeypatch.setattr(pages, "sign_in", lambda: AppServiceSignIn(is_on=True))
    foreign = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
    answers = [pages.decide(asked(run.id, {**principal("approver"), **one}, "approve")) for one in foreign]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert now(world, run) == run


@pytest.mark.parametrize("run_id", ["../datasets/evil", "..", "active/0123456789abcdef", "0123456789ABCDEF"])
def test_an_address_leads_to_no_blob_but_a_runs(run_id: str) -> None:
    wire = BlobWire(answered(200, b"{}"))
    with pytest.raises(KeyError):
        BlobRuns(wire.container).load(run_id)
    assert wire.requests == []


def test_where_cards_go_is_not_decided_by_who_answers() -> None:
    sent: list[str] = []

    def elsewhere(request: httpx2.Request) -> httpx2.Response:
        sent.append(str(request.url.host))
        return httpx2.Response(302, headers={"Location": "https://evil.example/"}, request=request)

    world, run = at("held")
    del world
    client = httpx2.Client(transport=httpx2.MockTransport(elsewhere), follow_redirects=False)
    channel = TeamsChannel(client, SecretStr("https://teams.example/?sig=canary-sig"), "https://pages.example/api")
    with pytest.raises((PermanentError, TransientError)) as caught:
        channel.tell(run, run.notices[0])
    assert sent == ["teams.example"]
    assert "canary-sig" not in str(caught.value)
