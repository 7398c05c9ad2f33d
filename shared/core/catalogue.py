"""What Foundry offers, as data: models, methods, training types, tiers, limits, prices.

`catalogue.yaml` beside this file holds the values, each with its source and date. They change often: an operator
overrides any of them with a `catalogue.yaml` of the same shape in the recipes container.
"""

import difflib
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, ValidationError

from shared.core.errors import RecipeInvalid
from shared.core.explanation import explained
from shared.core.grader import Grader, judges
from shared.core.plain_yaml import NotPlain, merged, read_mapping
from shared.core.recipe import Method, Recipe
from shared.core.values import Value

type Count = Annotated[int, Field(ge=1)]
type Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]

FILE = "catalogue.yaml"
FINE_TUNE_MARK = ".ft-"


class Model(Value):
    """A base model that can be tuned."""

    name: str
    version: str
    methods: tuple[str, ...]
    training_types: tuple[str, ...]
    deployment_tiers: tuple[str, ...]
    vision: bool = False  #: whether it learns from images
    usd_per_million_training_tokens: dict[str, Price]  #: by training type; of sft and dpo
    usd_per_training_hour: dict[str, Price] = Field(default_factory=dict[str, Price])  #: likewise; of rft
    max_example_tokens: Count | None = None  #: of one training example; `None`: not documented
    training_retires: date  #: not before; for existing customers only
    source: str


class Judge(Value):
    """A model that Foundry hosts for graders to ask."""

    name: str
    version: str
    retires: date
    source: str


class Limits(Value):
    """The service's limits that decide something before it is asked."""

    min_examples: Count
    max_file_bytes: Count
    max_job_tokens: Count  #: tokens x epochs
    rft_pause_usd: Price  #: what a reinforcement job may cost, its graders included, before the service pauses it
    developer_lifetime_hours: Annotated[int, Field(ge=1, le=8760)]
    source: str

    @property
    def developer_lifetime(self) -> timedelta:
        """From creation to removal by the platform, used or not."""
        return timedelta(hours=self.developer_lifetime_hours)


class Catalogue(Value):
    """The whole of it."""

    as_of: date
    models: dict[str, Model]
    judges: dict[str, Judge]
    limits: Limits
    assumed_epochs: Count  #: what `auto` is taken to mean when a cost is estimated
    prices_source: str


def parse_catalogue(shipped: str, override: str | None = None) -> Catalogue:
    """Read the shipped catalogue, with an operator's values on top. Raises `RecipeInvalid` for a bad override."""
    try:
        return Catalogue.model_validate(merged(read_mapping(shipped), read_mapping(override or "")))
    except NotPlain as error:
        raise RecipeInvalid([f"{FILE}: {error}"]) from error
    except ValidationError as error:
        raise RecipeInvalid([f"{FILE}: {fault}" for fault in explained(error, Catalogue)]) from error


def base_of(model: str) -> str:
    """The base model of a fine-tune's name (`<base>.ft-<job>`), or the name itself."""
    return model.split(FINE_TUNE_MARK, maxsplit=1)[0]


def find_model(name: str, catalogue: Catalogue) -> Model | None:
    """The entry for a name with or without version, or for a fine-tune of it."""
    base = base_of(name)
    return next(
        (model for model in catalogue.models.values() if base in {model.name, f"{model.name}-{model.version}"}),
        None,
    )


def resolve(recipe: Recipe, source: str, catalogue: Catalogue) -> tuple[Model, str]:
    """The recipe's model, and the name to give the job. Raises `RecipeInvalid` for what Foundry does not offer."""
    model = find_model(recipe.model, catalogue)
    if model is None:
        near = difflib.get_close_matches(base_of(recipe.model), list(catalogue.models), n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise RecipeInvalid([f"{source}: model: found {recipe.model!r}{meant} (known: {', '.join(catalogue.models)})"])
    wanted = (
        ("training_type", recipe.training_type, model.training_types),
        ("deployment.tier", recipe.deployment.tier, model.deployment_tiers),
    )
    faults = [] if recipe.method == "auto" else _method_faults(model, recipe.method, catalogue)
    faults += [
        f"{field}: {one!r} is not offered for {model.name}; offered: {', '.join(offered)}"
        for field, one, offered in wanted
        if one not in offered
    ]
    if faults:
        raise RecipeInvalid([f"{source}: {fault}" for fault in faults])
    return model, recipe.model if FINE_TUNE_MARK in recipe.model else f"{model.name}-{model.version}"


def unsuited(model: Model, method: Method, rows_with_images: int, catalogue: Catalogue) -> list[str]:
    """Why a model cannot learn what a dataset turned out to be, and which can; one line each."""
    faults = _method_faults(model, method, catalogue)
    if rows_with_images and not model.vision:
        seeing = ", ".join(one.name for one in catalogue.models.values() if one.vision)
        faults.append(f"model: {model.name} takes no images, which {rows_with_images:,} rows have; these do: {seeing}")
    return faults


def retired_judges(grader: Grader, catalogue: Catalogue, today: date) -> list[str]:
    """Which of a grader's models are gone; one line each. One that is not listed may be a deployment of one's own."""
    gone = {
        name: judge.retires
        for judge in catalogue.judges.values()
        for name in (judge.name, f"{judge.name}-{judge.version}")
        if judge.retires <= today
    }
    return [
        f"grader: the model {name!r} was retired on {gone[name]}; choose another"
        for name in sorted(judges(grader) & gone.keys())
    ]


def _method_faults(model: Model, method: Method, catalogue: Catalogue) -> list[str]:
    if method in model.methods:
        return []
    others = ", ".join(one.name for one in catalogue.models.values() if method in one.methods) or "none"
    offered = ", ".join(model.methods)
    return [f"method: {method!r} is not offered for {model.name}, only {offered}; models that offer it: {others}"]
