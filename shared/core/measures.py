"""Which metrics a record gives. docs/telemetry.md lists them all, with what each is."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from shared.core.records import (
    Delivery,
    GateRecord,
    JobRecord,
    PlanRecord,
    PointRecord,
    Record,
    RowsRecord,
    StageRecord,
    SweepRecord,
)
from shared.core.stages import Step

QUEUE_WAIT = "tunedrop.queue.wait"
UNITS = {
    "tunedrop.rows": "{row}",
    "tunedrop.tokens.estimated": "{token}",
    "tunedrop.tokens.billed": "{token}",
    "tunedrop.cost.estimated": "{USD}",
    "tunedrop.cost.actual": "{USD}",
    "tunedrop.stage.duration": "s",
    "tunedrop.step.duration": "s",
    QUEUE_WAIT: "s",
    "tunedrop.polls": "{look}",
    "tunedrop.training.loss": "{nat}/{token}",
    "tunedrop.training.token_accuracy": "1",
    "tunedrop.training.reward": "1",
    "tunedrop.validation.loss": "{nat}/{token}",
    "tunedrop.validation.token_accuracy": "1",
    "tunedrop.validation.reward": "1",
    "tunedrop.gate.loss_gain": "{nat}/{token}",
    "tunedrop.gate.reward_gain": "1",
    "tunedrop.gate.overfit_ratio": "1",
    "tunedrop.runs.active": "{run}",
    "tunedrop.runs.oldest.age": "s",
    "tunedrop.catalogue.age": "d",
}
POINT_FIGURES = {  #: metric: the figures of a point to take it from, the first that was reported
    "tunedrop.training.loss": ("train_loss",),
    "tunedrop.training.token_accuracy": ("train_mean_token_accuracy",),
    "tunedrop.training.reward": ("train_mean_reward",),
    "tunedrop.validation.loss": ("full_valid_loss", "valid_loss"),
    "tunedrop.validation.token_accuracy": ("full_valid_mean_token_accuracy", "valid_mean_token_accuracy"),
    "tunedrop.validation.reward": ("full_valid_mean_reward",),
}
DISPOSITIONS = ("kept", "fixed", "rejected", "duplicates", "ties", "filtered", "test")


class Measure(NamedTuple):
    """One value of one metric, with what tells it from the record's others."""

    metric: str
    value: float
    about: Mapping[str, str | int] = {}


def measures(record: Record) -> list[Measure]:
    """The values that a record gives; what was not reported gives none."""
    given = _GIVEN_BY.get(type(record))
    return [one for one in given(record) if one is not None] if given else []


def _of_delivery(record: Delivery) -> Iterator[Measure]:
    yield Measure("tunedrop.step.duration", record.seconds, {"outcome": record.outcome})
    if record.step == Step.WATCH:
        yield Measure("tunedrop.polls", 1, {"outcome": record.outcome})


def _of_point(record: PointRecord) -> Iterator[Measure | None]:
    for metric, names in POINT_FIGURES.items():
        figures = (getattr(record, name) for name in names)
        reported = next((figure for figure in figures if figure is not None), None)
        yield _known(metric, reported, {"training_step": record.training_step})


def _of_sweep(record: SweepRecord) -> Iterator[Measure | None]:
    for stage, runs in record.active.items():
        yield Measure("tunedrop.runs.active", runs, {"stage": stage})
    yield Measure("tunedrop.runs.oldest.age", record.oldest_age_seconds)
    yield _known("tunedrop.catalogue.age", record.catalogue_age_days)


def _of_stage(record: StageRecord) -> Iterator[Measure | None]:
    yield _known("tunedrop.stage.duration", record.stage_seconds, {"stage_left": record.stage_left or ""})


def _of_rows(record: RowsRecord) -> Iterator[Measure]:
    for name in DISPOSITIONS:
        about = {"disposition": name, "verdict": record.verdict}
        yield Measure("tunedrop.rows", getattr(record, f"rows_{name}"), about)


def _of_plan(record: PlanRecord) -> Iterator[Measure | None]:
    yield Measure("tunedrop.tokens.estimated", record.tokens_estimated * record.epochs)
    yield _known("tunedrop.cost.estimated", record.usd_estimated)


def _of_job(record: JobRecord) -> Iterator[Measure | None]:
    yield _known("tunedrop.tokens.billed", record.tokens_billed)
    yield _known("tunedrop.cost.actual", record.usd_actual)


def _of_gate(record: GateRecord) -> Iterator[Measure | None]:
    for name in ("loss_gain", "reward_gain", "overfit_ratio"):
        yield _known(f"tunedrop.gate.{name}", getattr(record, name), {"gate_outcome": record.gate_outcome})


def _known(metric: str, value: float | None, about: Mapping[str, str | int] | None = None) -> Measure | None:
    return None if value is None else Measure(metric, value, about or {})


_GIVEN_BY: Mapping[type[Record], Callable[[Any], Iterator[Measure | None]]] = {
    Delivery: _of_delivery,
    StageRecord: _of_stage,
    RowsRecord: _of_rows,
    PlanRecord: _of_plan,
    JobRecord: _of_job,
    PointRecord: _of_point,
    GateRecord: _of_gate,
    SweepRecord: _of_sweep,
}
