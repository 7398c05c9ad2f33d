"""HTTP triggers of the sample app, over a socket."""

import contextlib
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest

from tests.local.functions_host.processes import Bench

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Generator[httpx2.Client]:
    folder: Path = tmp_path_factory.mktemp("http")
    with contextlib.ExitStack() as stack:
        bench = Bench(folder, stack)
        bench.start_broker()
        host = bench.start_host("a", "--function-key", "f", "--master-key", "m")
        yield stack.enter_context(httpx2.Client(base_url=f"{host.address}/api", trust_env=False))


def test_a_function_sees_the_request_and_its_response_arrives(api: httpx2.Client) -> None:
    response = api.post("/things/rows/5?code=f&a=1&a=2", content=b"body")
    assert response.status_code == 201
    assert response.json() == {
        "params": {"kind": "rows", "number": "5"},
        "query": {"code": "f", "a": "1,2"},
        "body": "body",
    }
    assert response.headers["x-kind"] == "rows"
    assert response.headers["content-type"] == "application/json"
    assert response.headers["set-cookie"] == "flavour=oat; HttpOnly; Path=/"


@pytest.mark.parametrize("headers", [{}, {"x-functions-key": "wrong"}, {"x-functions-key": ""}])
def test_without_the_right_key_a_function_is_closed(api: httpx2.Client, headers: dict[str, str]) -> None:
    assert api.get("/things/rows", headers=headers).status_code == 401


@pytest.mark.parametrize("key", ["f", "m"])
def test_function_key_and_master_key_open_a_function(api: httpx2.Client, key: str) -> None:
    assert api.get("/things/rows", headers={"x-functions-key": key}).status_code == 201


def test_head_is_answered_without_a_body(api: httpx2.Client) -> None:
    response = api.head("/things/rows?code=f")
    assert (response.status_code, response.content) == (201, b"")
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("DELETE", "/things/rows"), ("GET", "/things/a/b")])
def test_what_no_function_answers_is_not_found(api: httpx2.Client, method: str, path: str) -> None:
    assert api.request(method, f"{path}?code=f").status_code == 404


def test_an_exception_is_a_500_without_a_body(api: httpx2.Client) -> None:
    response = api.get("/broken")
    assert (response.status_code, response.content) == (500, b"")


def test_returned_text_is_plain_text(api: httpx2.Client) -> None:
    response = api.put("/open")
    assert (response.status_code, response.text) == (200, "hello PUT")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
