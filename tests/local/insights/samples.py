"""Envelopes as the exporter sends them."""

import datetime as dt
import json
from typing import Any

START = dt.datetime(2026, 11, 24, 10, 0, 0, tzinfo=dt.UTC)
RUN = "9f31c2d4"


def at(seconds: float) -> str:
    return (START + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def item(kind: str, base: dict[str, Any], seconds: float = 0, operation: str = "", parent: str = "") -> dict[str, Any]:
    return {
        "name": f"Microsoft.ApplicationInsights.{kind.removesuffix('Data')}",
        "time": at(seconds),
        "iKey": "00000000-0000-0000-0000-000000000001",
        "tags": {"ai.operation.id": operation or "0" * 32, "ai.operation.parentId": parent or "0" * 16},
        "data": {"baseType": kind, "baseData": {"ver": 2, **base}},
    }


def log(record: str, message: str = "", when: float = 0, operation: str = "", **properties: object) -> dict[str, Any]:
    texts = {"run_id": RUN, "record": record} | {key: str(value) for key, value in properties.items()}
    return item("MessageData", {"message": message, "properties": texts}, when, operation)


def point(step: int, job: str = "ftjob-1", **metrics: float) -> dict[str, Any]:
    return log("training_point", f"step {step}", step, job_id=job, training_step=step, **metrics)


def delivery(before: str, after: str, ended: float, took: float = 1, **properties: object) -> dict[str, Any]:
    told: dict[str, object] = {"step": "watch", "attempt": 1, "outcome": "advanced"} | properties
    operation = str(told.pop("operation", ""))
    return log("delivery", "", ended, operation, stage_before=before, stage_after=after, seconds=took, **told)


def span(name: str, id_: str, parent: str, begins: float, took: str, **base: object) -> dict[str, Any]:
    kind = "RequestData" if base.pop("request", False) else "RemoteDependencyData"
    what = {"id": id_, "name": name, "duration": took, "success": True, "type": "InProc", **base}
    return item(kind, what, begins, "op-1", parent)


def metric(name: str, value: float, seconds: float = 0, **more: object) -> dict[str, Any]:
    return item("MetricData", {"metrics": [{"name": name, "value": value, **more}], "properties": {}}, seconds)


def lines(*items: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, items)).encode()
