"""What arrived, as the tables of a workspace: envelopes become rows with the columns that Azure gives them.

Source: Azure Monitor Logs reference, tables AppTraces (Mar 2024), AppMetrics, AppRequests, AppDependencies,
AppExceptions. Which field of an envelope fills which column is read off their names, and unconfirmed.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.insights.envelopes import Envelope
from local.insights.kql.values import Dynamic, Row
from local.insights.traces import seconds

type Tables = Mapping[str, list[Row]]

TAGS = {
    "OperationId": "ai.operation.id",
    "ParentId": "ai.operation.parentId",
    "OperationName": "ai.operation.name",
    "AppRoleName": "ai.cloud.role",
    "AppRoleInstance": "ai.cloud.roleInstance",
}


def _trace(base: dict[str, Any]) -> Iterable[Row]:
    yield {"Message": base.get("message", ""), "SeverityLevel": base.get("severityLevel")}


def _request(base: dict[str, Any]) -> Iterable[Row]:
    yield {
        **_span(base),
        "ResultCode": str(base.get("responseCode", "")),
        "Url": base.get("url", ""),
        "Source": base.get("source", ""),
    }


def _dependency(base: dict[str, Any]) -> Iterable[Row]:
    yield {
        **_span(base),
        "ResultCode": str(base.get("resultCode", "")),
        "DependencyType": base.get("type", ""),
        "Target": base.get("target", ""),
        "Data": base.get("data", ""),
    }


def _span(base: dict[str, Any]) -> Row:
    return {
        "Id": base.get("id", ""),
        "Name": base.get("name", ""),
        "Success": base.get("success"),
        "DurationMs": 1000 * seconds(base.get("duration") or ""),
    }


def _exception(base: dict[str, Any]) -> Iterable[Row]:
    for exception in base.get("exceptions") or [{"typeName": "", "message": ""}]:
        yield {
            "ExceptionType": exception["typeName"],
            "OuterMessage": exception["message"],
            "SeverityLevel": base.get("severityLevel"),
        }


def _metric(base: dict[str, Any]) -> Iterable[Row]:
    for metric in base.get("metrics") or ():
        yield {
            "Name": metric["name"],
            "Sum": float(metric["value"]),
            "Min": metric.get("min"),
            "Max": metric.get("max"),
            "ItemCount": metric.get("count") or 1,
        }


KINDS: Mapping[str, tuple[str, Callable[[dict[str, Any]], Iterable[Row]]]] = {  #: base type: table, and its rows
    "MessageData": ("AppTraces", _trace),
    "RequestData": ("AppRequests", _request),
    "RemoteDependencyData": ("AppDependencies", _dependency),
    "ExceptionData": ("AppExceptions", _exception),
    "MetricData": ("AppMetrics", _metric),
}
COLUMNS: Mapping[str, set[str]] = {
    table: {"TimeGenerated", "Properties", *TAGS, *next(iter(rows({"metrics": [{"name": "", "value": 0}]})))}
    for table, rows in KINDS.values()
}


def tables(raws: Iterable[str]) -> Tables:
    """The tables of envelopes as they arrived; all five, also those that are empty."""
    found: dict[str, list[Row]] = {table: [] for table, _ in KINDS.values()}
    for raw in raws:
        envelope = Envelope.model_validate_json(raw)
        if envelope.data.kind in KINDS:
            table, rows = KINDS[envelope.data.kind]
            found[table] += [{**_common(envelope), **row} for row in rows(json.loads(raw)["data"]["baseData"])]
    return found


def _common(envelope: Envelope) -> Row:
    properties = {name: str(value) for name, value in (envelope.data.base.properties or {}).items()}
    tags: Row = {column: envelope.tag(tag) for column, tag in TAGS.items()}
    return {"TimeGenerated": envelope.time, "Properties": Dynamic(properties), **tags}
