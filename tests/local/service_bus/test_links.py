"""Who may attach which link."""

import pytest

from local.service_bus.errors import Condition
from local.service_bus.performatives import (
    Attach,
    Detach,
)
from local.service_bus.values import Symbol
from tests.local.service_bus.raw_client import (
    SOURCE,
    TARGET,
    RawClient,
    described,
    message,
    token_for,
)

COORDINATOR = 0x30


def refused_attach(client: RawClient, attach: Attach) -> str:
    client.send(attach)
    answer, _ = client.expect(Attach)
    assert isinstance(answer, Attach)
    assert (answer.source, answer.target) == (None, None)
    return client.refusal()


def receiver(address: str, *more: object) -> Attach:
    return Attach("r", 1, is_receiver=True, source=described(SOURCE, address, *more), target=described(TARGET))


SESSION_FILTER = [*[None] * 6, {Symbol("com.microsoft:session-filter"): None}]


@pytest.mark.parametrize(
    ("attach", "condition"),
    [
        (receiver("unknown"), Condition.NOT_FOUND),
        (receiver("unknown/$management"), Condition.NOT_FOUND),
        (receiver("unknown/$deadletterqueue"), Condition.NOT_FOUND),
        (Attach("s", 1, is_receiver=False), Condition.NOT_FOUND),
        (receiver("topic/Subscriptions/one"), Condition.NOT_IMPLEMENTED),
        (receiver("q/$Transfer/$DeadLetterQueue"), Condition.NOT_IMPLEMENTED),
        (receiver("q", *SESSION_FILTER), Condition.NOT_IMPLEMENTED),
        (Attach("t", 1, is_receiver=False, target=described(COORDINATOR)), Condition.NOT_IMPLEMENTED),
        (receiver(5), Condition.DECODE_ERROR),  # type: ignore[arg-type]
    ],
)
def test_a_link_to_what_is_not_there_is_refused(client: RawClient, attach: Attach, condition: Condition) -> None:
    assert refused_attach(client, attach) == condition

    client.transfer(1, message(b"on a handle that the client has not given up yet"))
    client.send(Detach(1, closed=True))
    client.attach_sender("q", 1)


@pytest.mark.parametrize("address", ["q", "q/$management", "q/$deadletterqueue"])
def test_without_a_token_no_link_is_attached(stranger: RawClient, address: str) -> None:
    assert refused_attach(stranger, receiver(address)) == Condition.UNAUTHORIZED


@pytest.mark.parametrize(
    ("token", "status", "complaint"),
    [
        (token_for("sb://localhost/q", key="wrong"), 401, "invalid signature"),
        (token_for("sb://localhost/q", key_name="Other"), 401, "no key named 'Other'"),
        (token_for("sb://localhost/q", expires=1000), 401, "the token expired"),
        (token_for("sb://localhost/other"), 401, "the token is for 'other', not for 'q'"),
        ("eyJ0eXAiOiJKV1QifQ.e30.", 401, "no shared access signature"),
        ("SharedAccessSignature sr=q&sig=x&se=soon&skn=x", 401, "no shared access signature"),
        (None, 401, "no shared access signature"),
    ],
)
def test_a_token_that_proves_nothing_is_refused(
    stranger: RawClient, token: object, status: int, complaint: str
) -> None:
    stranger.attach_pair("$cbs", 100)

    answer = stranger.put_token(token, "sb://localhost/q")

    assert answer["status-code"] == status
    assert complaint in str(answer["status-description"])
    assert refused_attach(stranger, receiver("q")) == Condition.UNAUTHORIZED


def test_another_kind_of_token_is_not_implemented(stranger: RawClient) -> None:
    stranger.attach_pair("$cbs", 100)

    assert stranger.put_token("token", "sb://localhost/q", kind="amqp:swt")["status-code"] == 501


def test_a_token_for_a_queue_is_good_for_all_of_that_queue_and_nothing_else(stranger: RawClient) -> None:
    stranger.attach_pair("$cbs", 100)
    answer = stranger.put_token(token_for("sb://localhost/Q"), "sb://localhost/Q")
    assert answer["status-code"] == 202

    stranger.attach_sender("q", 10)
    stranger.attach_pair("q/$management", 20)
    stranger.attach_pair("q/$deadletterqueue/$management", 30)
    assert refused_attach(stranger, receiver("short")) == Condition.UNAUTHORIZED
