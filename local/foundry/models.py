"""The catalogue: which models there are, what may be done with them, and how ARM describes them."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Self

import msgspec
from msgspec.structs import replace

from local.foundry.errors import Refused
from local.foundry.records import Job

CATALOGUE = Path(__file__).with_name("models.yaml")
OPENAI = "OpenAI"
DEVELOPER = "DeveloperTier"


class Limits(msgspec.Struct, frozen=True):
    """Azure's quotas; the sources stand in the data file."""

    file_bytes: int
    files: int
    files_bytes: int
    jobs: int
    queued: int
    running: dict[str, int]  #: by training type, `other` for those not named
    job_tokens: int  #: tokens of the training file times epochs
    tuned_deployments: int
    base_deployments: int
    examples: int  #: at least

    def times(self, factor: int) -> Self:
        """As many times of everything that Azure lets a customer ask for more of."""
        return replace(
            self,
            files=self.files * factor,
            files_bytes=self.files_bytes * factor,
            jobs=self.jobs * factor,
            queued=self.queued * factor,
            running={kind: count * factor for kind, count in self.running.items()},
            tuned_deployments=self.tuned_deployments * factor,
            base_deployments=self.base_deployments * factor,
        )


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A base model."""

    name: str
    version: str
    format: str = OPENAI
    methods: tuple[str, ...] = ()
    vision: bool = False  #: whether it learns from images
    training: tuple[str, ...] = ()
    deploys: tuple[str, ...]
    lifecycle: str
    retires: dt.date | None = None
    training_ends: dt.date | None = None
    deployments_end: dt.date | None = None
    auto_multiplier: float = 1.0
    rate: float = 0.1
    quota: int = 250

    @property
    def id(self) -> str:
        """The name that a job answers with (recorded: `gpt-4.1-2025-04-14`, but `Ministral-3B`)."""
        return f"{self.name}-{self.version}" if self.format == OPENAI else self.name

    def is_retired(self, today: dt.date) -> bool:
        """Whether it serves no longer."""
        return self.retires is not None and self.retires <= today

    def trains(self, today: dt.date) -> bool:
        """Whether jobs may still start from it."""
        ends = self.training_ends or self.retires
        return bool(self.methods) and (ends is None or today < ends)

    def usage_name(self, sku: str, *, tuned: bool) -> str:
        """The name of the quota that a deployment draws on; the exact spelling is unconfirmed."""
        return f"{self.format}.{sku}.{self.name}" + ("-finetune" if tuned else "")


class Catalogue(msgspec.Struct, frozen=True):
    """The data file."""

    as_of: dt.date  #: what has retired by then is retired, whatever a clock says
    location: str
    limits: Limits
    models: tuple[Model, ...]

    def with_quotas(self, factor: int) -> Self:
        """As it is where the quotas are so many times as large."""
        models = tuple(replace(model, quota=model.quota * factor) for model in self.models)
        return replace(self, limits=self.limits.times(factor), models=models)

    def find(self, name: str) -> Model | None:
        """A base model by its alias (`gpt-4.1`) or its snapshot (`gpt-4.1-2025-04-14`)."""
        return next((model for model in self.models if name in (model.name, model.id)), None)

    def base_of(self, job: Job) -> Model:
        """The model beneath a job's, however many jobs lie between."""
        found = self.find(job.base)
        if found is None:
            raise LookupError(f"job {job.id!r} rests on {job.base!r}, which the catalogue does not have")
        return found

    def quotas(self) -> dict[str, int]:
        """Thousands of tokens a minute that can be deployed, by usage name."""
        return {
            model.usage_name(sku, tuned=tuned): model.quota
            for model in self.models
            for tuned in (False, True)
            for sku in model.deploys
            if tuned or sku != DEVELOPER
        }

    def at(self, location: str) -> None:
        """Refuse a region that the resource is not in."""
        if location.lower().replace(" ", "") != self.location:
            raise Refused(400, "LocationNotAvailable", f"the stand-in lies in {self.location!r}, not {location!r}")


@cache
def catalogue() -> Catalogue:
    """What `models.yaml` says."""
    return msgspec.yaml.decode(CATALOGUE.read_bytes(), type=Catalogue)


def describe(model: Model) -> dict[str, object]:
    """A base model as ARM's AccountModel."""
    return _common(model, model.deploys, tuned=False) | {
        "name": model.name,
        "version": model.version,
        "isDefaultVersion": True,
    }


def describe_tuned(model: Model, name: str) -> dict[str, object]:
    """A tuned model as ARM's AccountModel; that the list has these, with their SKUs, is unconfirmed."""
    base = {"format": model.format, "name": model.name, "version": model.version}
    return _common(model, model.deploys, tuned=True) | {"name": name, "version": "1", "baseModel": base}


def _common(model: Model, skus: tuple[str, ...], *, tuned: bool) -> dict[str, object]:
    # The docs record that the catalogue's flag is false for open-source models that can be tuned.
    flag = str(model.format == OPENAI and bool(model.methods)).lower()
    ends = model.deployments_end if tuned else model.retires
    return {
        "format": model.format,
        "skus": [_sku(model, sku, ends, tuned=tuned) for sku in skus if tuned or sku != DEVELOPER],
        "maxCapacity": model.quota,
        "capabilities": {"fineTune": flag, "inference": "true", "chatCompletion": "true"},
        "finetuneCapabilities": dict.fromkeys(model.methods, "true"),
        "deprecation": {
            "fineTune": _moment(model.training_ends),
            "inference": _moment(ends),
            "deprecationStatus": "Planned",
        },
        "lifecycleStatus": model.lifecycle,
        "systemData": {},
    }


def _sku(model: Model, sku: str, ends: dt.date | None, *, tuned: bool) -> dict[str, object]:
    return {
        "name": sku,
        "usageName": model.usage_name(sku, tuned=tuned),
        "deprecationDate": _moment(ends),
        "capacity": {"minimum": 1, "maximum": model.quota, "step": 1, "default": 50},
    }


def _moment(date: dt.date | None) -> str | None:
    return f"{date}T00:00:00Z" if date else None
