"""On the local stack, where people sign in: from the browser's session to the run that names who decided."""

import httpx2
import pytest

from local.functions_host.sign_in import LOG_IN
from local.stack.running import Stack
from tests.end_to_end.stack import file_of, put_recipe, run_that_reached
from tests.security.dropped import ROWS, lines

pytestmark = pytest.mark.stack

CAREFUL = b"budget: {ask_above_usd: 0}\ndeployment: {capacity: 5}"


def sign_in(browser: httpx2.Client, name: str, roles: str) -> None:
    browser.cookies.clear()
    browser.get(LOG_IN, params={"name": f"{name}@contoso.example", "roles": roles})


def test_only_an_approver_lets_money_be_spent_and_is_named_for_it(stack: Stack, browser: httpx2.Client) -> None:
    put_recipe(stack, "careful", CAREFUL)
    stack.drop(lines(ROWS), "careful/questions.jsonl")
    run = run_that_reached(stack, "careful/questions.jsonl", "held")
    page, decisions = f"/api/runs/{run['id']}", f"/api/runs/{run['id']}/decisions"
    forged = {"X-MS-CLIENT-PRINCIPAL": "eyJhdXRoX3R5cCI6ImFhZCJ9", "X-MS-CLIENT-PRINCIPAL-NAME": "mallory"}
    assert browser.get(page, headers=forged).status_code == 401
    sign_in(browser, "bob", "viewer,operator")
    assert "To approve this run takes the app role approver." in browser.get(page).text
    assert browser.post(decisions, data={"decision": "approve"}).status_code == 403
    sign_in(browser, "ada", "approver")
    assert browser.post(decisions, data={"decision": "approve"}, headers=forged).status_code == 303
    done = run_that_reached(stack, "careful/questions.jsonl", "serving")
    assert [(one["decision"], one["by"]["name"]) for one in done["signatures"]] == [("approve", "ada@contoso.example")]
    assert b'"ada@contoso.example"' in file_of(stack, done, "lineage.json")
    assert "ada@contoso.example" in browser.get(page).text


def test_the_health_of_the_app_is_told_to_everybody(browser: httpx2.Client) -> None:
    assert browser.get("/api/health").json()["status"] == "healthy"
