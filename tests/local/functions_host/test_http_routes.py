import pytest

from local.functions_host.errors import AppRefused
from local.functions_host.http_routes import Endpoint, Keys, endpoint_of, find
from local.functions_host.triggers import HttpTrigger
from local.functions_host.worker import Function


def endpoint(route: str, *methods: str, prefix: str = "api") -> Endpoint:
    trigger = HttpTrigger("req", route, frozenset(methods or ("GET",)), "function")
    return endpoint_of(Function(route, route, (), has_retry_policy=False), trigger, prefix)


def parameters(route: str, path: str) -> dict[str, str] | None:
    found = find([endpoint(route)], "GET", path)
    return found and found[1]


@pytest.mark.parametrize(
    ("route", "path", "expected"),
    [
        ("runs", "/api/runs", {}),
        ("runs", "/API/Runs/", {}),
        ("runs", "/runs", None),
        ("runs/{id}", "/api/runs/7", {"id": "7"}),
        ("runs/{id}", "/api/runs/7/x", None),
        ("runs/{id?}", "/api/runs", {}),
        ("runs/{id:int}", "/api/runs/-7", {"id": "-7"}),
        ("runs/{id:int}", "/api/runs/seven", None),
        (
            "runs/{id:guid}",
            "/api/runs/0AF76519-16cd-43dd-8448-eb211c80319c",
            {"id": "0AF76519-16cd-43dd-8448-eb211c80319c"},
        ),
        ("files/{*path}", "/api/files/a/b", {"path": "a/b"}),
        ("files/{*path}", "/api/files", {}),
        ("a.b", "/api/aXb", None),
    ],
)
def test_a_route_matches_as_the_platforms_templates_do(route: str, path: str, expected: dict[str, str] | None) -> None:
    assert parameters(route, path) == expected


def test_without_a_prefix_routes_begin_at_the_root() -> None:
    assert find([endpoint("runs", prefix="")], "GET", "/runs") is not None


def test_a_method_is_part_of_the_match() -> None:
    get, post = endpoint("runs", "GET"), endpoint("runs", "POST")
    assert find([get, post], "POST", "/api/runs") == (post, {})
    assert find([get, post], "HEAD", "/api/runs") is None


def test_a_literal_route_goes_before_a_parameter() -> None:
    anything, latest = endpoint("runs/{id}"), endpoint("runs/latest")
    assert find([anything, latest], "GET", "/api/runs/latest") == (latest, {})


@pytest.mark.parametrize("route", ["runs/{id:alpha}", "runs/{id}.json", "{a}-{b}"])
def test_templates_beyond_these_are_refused(route: str) -> None:
    with pytest.raises(AppRefused, match="route"):
        endpoint(route)


@pytest.mark.parametrize(
    ("level", "given", "accepted"),
    [
        ("anonymous", "", True),
        ("function", "f", True),
        ("function", "m", True),
        ("function", "", False),
        ("admin", "m", True),
        ("admin", "f", False),
    ],
)
def test_keys_open_their_level(level: str, given: str, *, accepted: bool) -> None:
    assert Keys(function="f", master="m").accept(level, given) is accepted


@pytest.mark.parametrize("level", ["function", "admin"])
def test_without_a_key_a_level_is_closed(level: str) -> None:
    assert not Keys(function=None, master=None).accept(level, "")
