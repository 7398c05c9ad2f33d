"""What arrives: envelopes, each one telemetry item.

The shape is the one that the exporter was seen to send (azure-monitor-opentelemetry 1.8.11). Parts that no
page needs are kept with the rest but not read.
"""

import datetime as dt
import gzip
import json
import zlib
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, TypedDict
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

METRIC_KIND = "MetricData"
SPAN_KINDS = ("RequestData", "RemoteDependencyData")

type Text = Annotated[str, Field(min_length=1)]


def to_utc(at: dt.datetime) -> dt.datetime:
    """The same instant in UTC; a time without a zone is one already."""
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)


def instant(at: dt.datetime) -> str:
    """An instant as it is kept: UTC with microseconds, so that it sorts as text."""
    return to_utc(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Metric(_Part):
    """One aggregated value."""

    name: Text
    value: float  #: the last value of a gauge, the sum of a counter or a histogram
    count: int | None = None
    min: float | None = None  #: of a histogram
    max: float | None = None  #: of a histogram


class Base(_Part):
    """The item itself, of any type; what its type does not have is empty."""

    id: str | None = None  #: of a span
    name: str | None = None  #: of a span
    message: str | None = None
    duration: str | None = None  #: D.HH:MM:SS.fff
    type: str | None = None  #: of a dependency: InProc, HTTP, Azure blob …
    target: str | None = None
    success: bool | None = None
    properties: dict[str, Any] | None = None
    metrics: list[Metric] | None = None


class Data(_Part):
    """The item and its type."""

    kind: Text = Field(alias="baseType")  #: MessageData, RequestData, RemoteDependencyData, MetricData …
    base: Base = Field(alias="baseData")


class Envelope(_Part):
    """An item with what the ingestion service has to know of it."""

    name: Text
    time: Annotated[dt.datetime, AfterValidator(to_utc)]
    instrumentation_key: UUID = Field(alias="iKey")
    tags: dict[str, Any] | None = None
    data: Data

    def tag(self, key: str) -> str:
        """A tag's text; empty if there is none, or if it is an id of nothing but zeros."""
        text = str((self.tags or {}).get(key) or "")
        return text if text.strip("0") else ""

    def property(self, key: str) -> str:
        """A property's text; empty if there is none."""
        return str((self.data.base.properties or {}).get(key, ""))


class Kept(NamedTuple):
    """An envelope and all of it as JSON."""

    envelope: Envelope
    raw: str


class Refusal(TypedDict):
    """Why an item was not kept, as the ingestion service says it."""

    index: int
    statusCode: int
    message: str


class Verdict(NamedTuple):
    """What becomes of the items of one body."""

    received: int
    accepted: list[Kept]
    refused: list[Refusal]


class BodyRefused(ValueError):
    """A body that holds no items at all."""


def items_in(body: bytes, encoding: str) -> list[Any]:
    """The items of a body: JSON lines or a JSON array, gzipped if `encoding` says so."""
    try:
        text = (gzip.decompress(body) if encoding == "gzip" else body).decode()
        if text.lstrip().startswith("["):
            return json.loads(text, parse_constant=_refuse_constant)
        return [json.loads(line, parse_constant=_refuse_constant) for line in text.split("\n") if line.strip()]
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise BodyRefused(f"the body holds no envelopes: {error}") from error


def judge(items: Sequence[Any]) -> Verdict:
    """Take every item that is an envelope, and say of the others what is wrong."""
    accepted: list[Kept] = []
    refused: list[Refusal] = []
    for index, item in enumerate(items):
        try:
            envelope = Envelope.model_validate(item)
        except ValidationError as error:
            refused.append(Refusal(index=index, statusCode=400, message=_reason(error)))
        else:
            accepted.append(Kept(envelope, json.dumps(item, ensure_ascii=False, separators=(",", ":"))))
    return Verdict(len(items), accepted, refused)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _reason(error: ValidationError) -> str:
    """The first thing that is wrong, with its place and without the value, which may be anything."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
