import gzip
import json
from typing import Any

import pytest

from local.insights.envelopes import BodyRefused, Envelope, items_in, judge
from tests.local.insights.samples import RUN, item, lines, log


def test_lines_and_arrays_gzipped_and_not_hold_the_same_items() -> None:
    items = [log("notice", "one"), log("notice", "two")]
    plain, array = lines(*items), json.dumps(items).encode()
    for body in (plain, array):
        assert items_in(body, "") == items
        assert items_in(gzip.compress(body), "gzip") == items


def test_a_line_separator_inside_a_text_ends_no_item() -> None:
    body = json.dumps(log("notice", "a\u2028b"), ensure_ascii=False).encode()
    assert items_in(body, "")[0]["data"]["baseData"]["message"] == "a\u2028b"


@pytest.mark.parametrize(
    ("body", "encoding"), [(b"{", ""), (b"x", "gzip"), (b"\xff", ""), (b"[1", ""), (b'{"value": NaN}', "")]
)
def test_a_body_without_items_is_refused(body: bytes, encoding: str) -> None:
    with pytest.raises(BodyRefused):
        items_in(body, encoding)


def test_a_truncated_gzip_is_refused() -> None:
    with pytest.raises(BodyRefused):
        items_in(gzip.compress(lines(log("notice")))[:-9], "gzip")


@pytest.mark.parametrize(
    "change",
    [
        {"iKey": "no-uuid"},
        {"time": "yesterday"},
        {"name": ""},
        {"data": None},
        {"data": {"baseType": "MessageData"}},
        {"data": {"baseType": "", "baseData": {}}},
        {"data": {"baseType": "MetricData", "baseData": {"metrics": [{"name": "x", "value": "much"}]}}},
    ],
)
def test_what_is_no_envelope_is_refused_by_its_index_and_the_others_are_taken(change: dict[str, Any]) -> None:
    verdict = judge([log("notice"), log("notice") | change, log("notice")])
    assert (verdict.received, len(verdict.accepted)) == (3, 2)
    assert [refusal["index"] for refusal in verdict.refused] == [1]


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    (refusal,) = judge([log("notice") | {"iKey": "S3CRET"}]).refused
    assert "S3CRET" not in refusal["message"]


def test_an_envelope_knows_its_run_its_record_and_its_operation() -> None:
    envelope = Envelope.model_validate(log("notice", operation="op-1"))
    assert (envelope.property("run_id"), envelope.property("record")) == (RUN, "notice")
    assert envelope.tag("ai.operation.id") == "op-1"
    assert Envelope.model_validate(log("notice")).tag("ai.operation.id") == ""


def test_times_of_every_zone_are_kept_in_utc() -> None:
    sent = item("MessageData", {}) | {"time": "2026-11-24T11:00:00.5+01:00"}
    assert Envelope.model_validate(sent).time.isoformat() == "2026-11-24T10:00:00.500000+00:00"
