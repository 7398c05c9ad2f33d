"""The trace of a run: each operation with its spans, as a waterfall."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from local.insights.envelopes import Envelope
from local.insights.records import Record

_DURATION = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)")


class Span(NamedTuple):
    """One piece of work with a beginning and a duration."""

    id: str
    parent_id: str
    name: str
    kind: str  #: request, or the dependency's type: InProc, HTTP, Azure blob …
    target: str
    begins: dt.datetime  #: UTC
    seconds: float
    success: bool


class Bar(NamedTuple):
    """A span placed in its operation's waterfall."""

    span: Span
    depth: int  #: 0 for a span whose parent is not in the operation
    left: float  #: percent of the operation
    width: float  #: percent of the operation


class Operation(NamedTuple):
    """All that happened under one operation id."""

    id: str
    begins: dt.datetime  #: UTC
    seconds: float
    deliveries: list[Record]
    bars: list[Bar]


def operations(deliveries: Iterable[Record], envelopes: Iterable[Envelope]) -> list[Operation]:
    """The operations of a run in the order they began. One without spans is left out."""
    spans: dict[str, list[Span]] = {}
    for envelope in envelopes:
        spans.setdefault(envelope.tag("ai.operation.id"), []).append(to_span(envelope))
    told: dict[str, list[Record]] = {}
    for delivery in deliveries:
        told.setdefault(delivery.operation_id, []).append(delivery)
    found = [_operation(id_, told.get(id_, []), members) for id_, members in spans.items()]
    return sorted(found, key=lambda operation: operation.begins)


def to_span(envelope: Envelope) -> Span:
    """The span of a request's or a dependency's envelope."""
    base = envelope.data.base
    return Span(
        id=base.id or "",
        parent_id=envelope.tag("ai.operation.parentId"),
        name=base.name or "",
        kind="request" if envelope.data.kind == "RequestData" else base.type or "dependency",
        target=base.target or "",
        begins=envelope.time,
        seconds=seconds(base.duration or ""),
        success=base.success is not False,
    )


def seconds(duration: str) -> float:
    """Seconds of a duration as envelopes write it, `D.HH:MM:SS.fff`; 0 if it is none."""
    match = _DURATION.fullmatch(duration)
    if not match:
        return 0.0
    days, hours, minutes, rest = match.groups()
    return int(days or 0) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 + float(rest)


def _operation(id_: str, deliveries: list[Record], spans: list[Span]) -> Operation:
    begins = min(span.begins for span in spans)
    ends = max(span.begins + dt.timedelta(seconds=span.seconds) for span in spans)
    lasted = (ends - begins).total_seconds()
    bars = [_bar(span, depth, begins, lasted) for span, depth in _in_tree_order(spans)]
    return Operation(id_, begins, lasted, deliveries, bars)


def _bar(span: Span, depth: int, begins: dt.datetime, whole: float) -> Bar:
    scale = 100 / (whole or 1)
    return Bar(span, depth, (span.begins - begins).total_seconds() * scale, span.seconds * scale)


def _in_tree_order(spans: list[Span]) -> list[tuple[Span, int]]:
    """Each span with its depth, children right after their parent, siblings as they began."""
    ids = {span.id for span in spans}
    children: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: span.begins):
        parent = span.parent_id if span.parent_id in ids and span.parent_id != span.id else ""
        children.setdefault(parent, []).append(span)
    ordered: list[tuple[Span, int]] = []
    waiting = [(span, 0) for span in reversed(children.get("", []))]
    while waiting:
        span, depth = waiting.pop()
        ordered.append((span, depth))
        waiting.extend((child, depth + 1) for child in reversed(children.get(span.id, [])))
    return ordered
