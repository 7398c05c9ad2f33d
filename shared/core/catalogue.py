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
from shared.core.plain_yaml import NotPlain, merged, read_mapping
from shared.core.recipe import Recipe
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
    usd_per_million_training_tokens: dict[str, Price]  #: by training type
    training_retires: date  #: not before; for existing customers only
    source: str


class Limits(Value):
    """The service's limits that decide something before it is asked."""

    min_examples: Count
    max_file_bytes: Count
    max_job_tokens: Count  #: tokens x epochs
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
    faults = [
        f"{source}: {field}: {wanted!r} is not offered for {model.name}; offered: {', '.join(offered)}"
        for field, wanted, offered in (
            ("method", "sft" if recipe.method == "auto" else recipe.method, model.methods),
            ("training_type", recipe.training_type, model.training_types),
            ("deployment.tier", recipe.deployment.tier, model.deployment_tiers),
        )
        if wanted not in offered
    ]
    if faults:
        raise RecipeInvalid(faults)
    return model, recipe.model if FINE_TUNE_MARK in recipe.model else f"{model.name}-{model.version}"
