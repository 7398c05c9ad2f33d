"""What is to be done with a dataset: the recipe a team keeps beside its datasets.

A recipe is a YAML file `recipes/<name>.yaml`. A set may carry a `recipe.yaml` of its own, which may change only
what the team's recipe allows (`allow`): an uploader chooses neither the model nor the budget.
"""

import difflib
from collections.abc import Mapping
from typing import Annotated, Literal, Self, cast

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from shared.core.errors import RecipeInvalid
from shared.core.values import Value

type Auto = Literal["auto"]
type Share = Annotated[float, Field(ge=0, le=1)]
type Score = Literal["helpfulness", "correctness", "coherence", "complexity", "verbosity"]
type Condition = Annotated[str, StringConstraints(pattern=r"^(>=|<=|==|>|<) ?-?\d+(\.\d+)?$")]
type Overridable = Literal["hyperparameters", "seed", "data", "training_gate"]


MAX_HELD_BACK = 0.8  #: so that at least a fifth of the examples is trained on


class Hyperparameters(Value):
    """How to train; `auto` leaves the choice to the service. Spelled as the fine-tuning API spells them."""

    n_epochs: Auto | Annotated[int, Field(ge=1, le=50)] = "auto"
    batch_size: Auto | Annotated[int, Field(ge=1, le=256)] = "auto"
    learning_rate_multiplier: Auto | Annotated[float, Field(gt=0, le=10)] = "auto"


class Split(Value):
    """Which share of a single dropped file is held back. A set brings its own files and is not split."""

    validation: Share = 0.1
    test: Share = 0.1

    @model_validator(mode="after")
    def _leaves_something_to_train_on(self) -> Self:
        if (held := self.validation + self.test) > MAX_HELD_BACK:
            raise ValueError(f"validation and test together hold back {held:g}; at most {MAX_HELD_BACK:g}")
        return self


class BadRows(Value):
    """What a file with rows that cannot be used is worth."""

    reject_file_above: Share = 0.05  #: share of all rows; more rejected rows than this reject the file


class DataOptions(Value):
    """How rows become examples."""

    system_prompt: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Put before every conversation that has no system message of its own."""
    keep: dict[Score, Condition] = Field(default_factory=lambda: {"helpfulness": ">=3"})
    """Conditions on a scored row's scores (0 to 4); a row that misses one is filtered. Unscored rows are not asked."""
    split: Split = Split()
    bad_rows: BadRows = BadRows()


class Budget(Value):
    """What a run may cost by the estimate made before submission, in US dollars."""

    ask_above_usd: Annotated[float, Field(ge=0)] = 25  #: the run is held until a person approves
    stop_above_usd: Annotated[float, Field(ge=0)] = 100  #: the run is rejected


class TrainingGate(Value):
    """What the training metrics of a checkpoint must show before anything is deployed."""

    max_overfit_ratio: Annotated[float, Field(gt=0)] = 1.5  #: validation loss over training loss
    min_validation_token_accuracy: Share = 0.5
    max_validation_loss: Annotated[float, Field(gt=0)] | None = None  #: nats a token


class DeploymentOptions(Value):
    """How a model that passed is served."""

    tier: Literal["developer"] = "developer"
    capacity: Annotated[int, Field(ge=1, le=1000)] = 50  #: thousand tokens a minute


class Recipe(Value):
    """One team's standing order. Every field has a default, so that an empty recipe is a recipe."""

    model: Annotated[str, StringConstraints(min_length=1)] = "gpt-4.1-nano"
    """A base model of the catalogue, with or without its version, or a previous fine-tune to continue from."""
    method: Literal["auto", "sft"] = "auto"
    training_type: Literal["standard", "data_zone", "global", "developer"] = "global"
    hyperparameters: Hyperparameters = Hyperparameters()
    seed: Annotated[int, Field(ge=0)] | None = None
    data: DataOptions = DataOptions()
    budget: Budget = Budget()
    training_gate: TrainingGate = TrainingGate()
    deployment: DeploymentOptions = DeploymentOptions()
    allow: tuple[Overridable, ...] = ("hyperparameters", "seed", "data")
    """The keys that a `recipe.yaml` inside a set may change."""


type Node = Mapping[str, object]


def parse_recipe(text: str, source: str) -> Recipe:
    """Read a recipe. `source` names the file in messages. Raises `RecipeInvalid`, listing every fault."""
    return _checked(_document(text, source), source)


def override(base: Recipe, text: str, source: str) -> Recipe:
    """The recipe with a set's own wishes on top. Raises `RecipeInvalid` for a wish that is not allowed."""
    wishes = _document(text, source)
    if refused := [key for key in wishes if key not in base.allow]:
        allowed = ", ".join(base.allow) or "nothing"
        raise RecipeInvalid([f"{source}: {key}: may not be changed here; allowed: {allowed}" for key in refused])
    return _checked(_merged(base.model_dump(), wishes), source)


def _document(text: str, source: str) -> Node:
    try:
        document: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RecipeInvalid([f"{source}: {_where(error)}not YAML: {_problem(error)}"]) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise RecipeInvalid([f"{source}: found {type(document).__name__}; expected keys and values"])
    return {str(key): value for key, value in cast("dict[object, object]", document).items()}


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error)


def _merged(base: Node, wishes: Node) -> Node:
    merged = dict(base)
    for key, wish in wishes.items():
        below = merged.get(key)
        both_deep = isinstance(below, dict) and isinstance(wish, dict) and key != "keep"
        merged[key] = _merged(cast("Node", below), cast("Node", wish)) if both_deep else wish
    return merged


def _checked(document: Node, source: str) -> Recipe:
    try:
        return Recipe.model_validate(document)
    except ValidationError as error:
        faults = dict.fromkeys(_fault(detail) for detail in _one_a_place(error.errors()))
        raise RecipeInvalid([f"{source}: {fault}" for fault in faults]) from error


def _one_a_place(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """A union reports one error a member, each with the member's name as last part: keep the most telling."""
    places: dict[str, ErrorDetails] = {}
    for detail in details:
        place = _path(detail)
        if place not in places or places[place]["type"] == "literal_error":
            places[place] = detail
    return list(places.values())


UNION_MEMBERS = ("literal", "constrained", "function", "int", "float", "str")


def _path(detail: ErrorDetails) -> str:
    parts = [str(part) for part in detail["loc"]]
    kept = [part for part in parts if not part.startswith(UNION_MEMBERS) and part != "[key]"]
    return ".".join(kept)


def _fault(detail: ErrorDetails) -> str:
    path, found = _path(detail), detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            return f"{path}: unknown key{_nearest(path)}"
        case "literal_error":
            return f"{path}: found {found!r}; allowed: {detail.get('ctx', {}).get('expected')}"
        case "string_pattern_mismatch":
            return f"{path}: found {found!r}; expected a comparison such as '>=3'"
        case "value_error":
            return f"{path}: {detail.get('ctx', {}).get('error')}"
        case _:
            expected = detail["msg"].removeprefix("Input should be ")
            auto = "'auto' or " if "hyperparameters" in path else ""
            return f"{path}: found {found!r}; expected {auto}{expected}"


def _nearest(path: str) -> str:
    *above, key = path.split(".")
    model: object = Recipe
    for part in above:
        field = getattr(model, "model_fields", {}).get(part)
        model = getattr(field, "annotation", None)
    known = list(getattr(model, "model_fields", {}))
    near = difflib.get_close_matches(key, known, n=1)
    return (f"; did you mean {near[0]!r}?" if near else "") + (f" (known: {', '.join(known)})" if known else "")
