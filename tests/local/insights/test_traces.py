import pytest

from local.insights.envelopes import Envelope
from local.insights.records import to_record
from local.insights.traces import operations, seconds
from tests.local.insights.samples import delivery, span

SPANS = [
    span("POST /jobs", "c", "b", 1.5, "0.00:00:01.500", type="HTTP", target="localhost", success=False),
    span("submit", "a", "elsewhere", 0, "0.00:00:04.000", request=True),
    span("step submit", "b", "a", 1, "0.00:00:02.000"),
    span("GET /jobs", "d", "b", 1.2, "0.00:00:00.100", type="HTTP"),
]


def test_spans_stand_below_their_parent_in_the_order_they_began() -> None:
    (operation,) = operations([], map(Envelope.model_validate, SPANS))
    assert [(bar.depth, bar.span.name) for bar in operation.bars] == [
        (0, "submit"),
        (1, "step submit"),
        (2, "GET /jobs"),
        (2, "POST /jobs"),
    ]


def test_bars_are_placed_on_the_operations_time() -> None:
    (operation,) = operations([], map(Envelope.model_validate, SPANS))
    assert operation.seconds == 4
    assert [(bar.left, bar.width) for bar in operation.bars][:2] == [(0, 100), (25, 50)]


def test_a_span_tells_its_kind_and_whether_it_failed() -> None:
    (operation,) = operations([], map(Envelope.model_validate, SPANS))
    assert [(bar.span.kind, bar.span.success) for bar in operation.bars] == [
        ("request", True),
        ("InProc", True),
        ("HTTP", True),
        ("HTTP", False),
    ]


def test_the_deliveries_of_an_operation_stand_with_it() -> None:
    mine, other = delivery("a", "b", 4, operation="op-1"), delivery("b", "c", 9, operation="op-2")
    told = [to_record(Envelope.model_validate(item)) for item in (mine, other)]
    (operation,) = operations(told, map(Envelope.model_validate, SPANS))
    assert operation.deliveries == told[:1]


@pytest.mark.parametrize(
    ("text", "value"), [("0.00:00:00.000", 0), ("00:00:01.5", 1.5), ("1.02:03:04.250", 93784.25), ("soon", 0)]
)
def test_durations_are_read_as_envelopes_write_them(text: str, value: float) -> None:
    assert seconds(text) == value
