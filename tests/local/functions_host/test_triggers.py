from typing import Any

import pytest

from local.functions_host.errors import AppRefused
from local.functions_host.triggers import ALL_METHODS, HttpTrigger, QueueTrigger, TimerTrigger, trigger_of
from local.functions_host.worker import Function

QUEUE = {"type": "serviceBusTrigger", "name": "message", "queueName": "%Q%", "connection": "BUS"}
HTTP_OUT = {"type": "http", "name": "$return", "direction": "OUT"}


def function(*bindings: dict[str, Any], has_retry_policy: bool = False) -> Function:
    return Function("work", "id", bindings, has_retry_policy)


def test_a_queue_trigger_knows_queue_and_connection() -> None:
    assert trigger_of(function(QUEUE), {"Q": "prepare"}) == QueueTrigger(
        "message", "prepare", "BUS", None, as_text=False
    )


def test_a_queue_trigger_may_differ_from_host_json() -> None:
    trigger = trigger_of(function(QUEUE | {"autoCompleteMessages": False, "dataType": "STRING"}), {"Q": "q"})
    assert trigger == QueueTrigger("message", "q", "BUS", auto_complete=False, as_text=True)


def test_a_timer_trigger_is_monitored_unless_told_otherwise() -> None:
    binding = {"type": "timerTrigger", "name": "timer", "schedule": "%S%"}
    trigger = trigger_of(function(binding), {"S": "0 0 * * * *"})
    assert isinstance(trigger, TimerTrigger)
    assert (trigger.run_on_startup, trigger.use_monitor, trigger.schedule.expression) == (False, True, "0 0 * * * *")


def test_an_http_trigger_answers_all_methods_under_its_name_with_a_function_key() -> None:
    trigger = trigger_of(function({"type": "httpTrigger", "name": "req"}, HTTP_OUT), {})
    assert trigger == HttpTrigger("req", "work", ALL_METHODS, "function")


def test_an_http_trigger_says_where_to_whom_and_how_it_answers() -> None:
    binding = {"type": "httpTrigger", "name": "req", "route": "a/{b}", "methods": ["get"], "authLevel": "ANONYMOUS"}
    assert trigger_of(function(binding, HTTP_OUT), {}) == HttpTrigger("req", "a/{b}", frozenset({"GET"}), "anonymous")


@pytest.mark.parametrize(
    ("bindings", "message"),
    [
        ([QUEUE | {"isSessionsEnabled": True}], "sessions and cardinality 'many' are not supported here"),
        ([QUEUE | {"cardinality": "many"}], "sessions and cardinality 'many' are not supported here"),
        ([{"type": "serviceBusTrigger", "name": "m", "topicName": "t"}], "topics and subscriptions are not supported"),
        ([QUEUE, {"type": "serviceBus", "name": "out"}], "binding type 'serviceBus' is not supported here"),
        ([QUEUE | {"properties": {"SupportsDeferredBinding": True}}], "SDK-type bindings ('message')"),
    ],
)
def test_what_cannot_be_run_here_is_refused_by_name(bindings: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(AppRefused) as refusal:
        trigger_of(function(*bindings), {"Q": "q"})
    assert message in str(refusal.value)


def test_a_retry_policy_is_refused() -> None:
    with pytest.raises(AppRefused, match="function 'work': retry policies are not supported here"):
        trigger_of(function(QUEUE, has_retry_policy=True), {"Q": "q"})
