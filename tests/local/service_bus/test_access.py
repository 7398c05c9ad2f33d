"""Tokens, and what they are good for."""

import time

import pytest

from local.service_bus.access import Grant, covers, verify
from local.service_bus.claims import Claims
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.requests import read_request
from local.service_bus.sections import APPLICATION_PROPERTIES
from tests.local.service_bus.raw_client import request, token_for, values_in


@pytest.mark.parametrize(
    ("path", "wanted", "is_covered"),
    [
        ("", "anything", True),
        ("q", "q", True),
        ("q", "q/$management", True),
        ("q", "q2", False),
        ("q/$management", "q", False),
    ],
)
def test_a_right_is_good_for_what_lies_below(path: str, wanted: str, is_covered: bool) -> None:  # noqa: FBT001 - a column
    assert covers(path, wanted) is is_covered


def test_a_token_names_its_path_and_its_end() -> None:
    token = token_for("sb://localhost:5672/Queue%20One", key="key", expires=2000)

    assert verify(token, "key", 1999) == Grant("queue%20one", 2000)


def test_a_token_that_has_expired_meanwhile_is_good_for_nothing_any_more() -> None:
    claims, now = Claims("key"), time.time()
    token = token_for("sb://localhost/q", key="key", expires=now + 10)
    asked = request(token, operation="put-token", type="jwt", name="sb://localhost/q")

    answer = claims.answer(read_request(asked), now)
    claims.require("q", now)

    assert values_in(answer)[APPLICATION_PROPERTIES] == {"status-code": 202, "status-description": "Accepted"}
    with pytest.raises(AmqpError) as refusal:
        claims.require("q", now + 11)
    assert refusal.value.condition is Condition.UNAUTHORIZED
