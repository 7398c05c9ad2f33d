"""What is to be done with a dataset: the recipe a team keeps beside its datasets.

A recipe is a YAML file `recipes/<name>.yaml`. A set may carry a `recipe.yaml` of its own, which may change only
what the team's recipe allows (`allow`): an uploader chooses neither the model nor the budget.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, WithJsonSchema, model_validator

from shared.core.errors import RecipeInvalid
from shared.core.explanation import explained
from shared.core.grader import Grader, sample_fields
from shared.core.plain_yaml import NotPlain, merged, read_mapping
from shared.core.response_format import ResponseFormat
from shared.core.values import Section

type Method = Literal["sft", "dpo", "rft"]
type Auto = Literal["auto"]
type Share = Annotated[float, Field(ge=0, le=1)]
type Score = Literal["helpfulness", "correctness", "coherence", "complexity", "verbosity"]
type Severity = Literal["off", "info", "warning", "reject"]
type Condition = Annotated[
    str,
    StringConstraints(pattern=r"^(>=|<=|==|>|<) ?-?[0-9]+(\.[0-9]+)?$"),
    Field(description='a comparison in quotes, such as ">=3"', examples=[">=3", "<=1"]),
]
type Language = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2}$"),
    Field(description="a language code of two letters, such as en", examples=["en", "de"]),
]
type RuleNumber = Annotated[
    int,
    Field(strict=False, ge=1, le=999),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,2}$", "description": "a rule's number, such as 120"}),
]
type FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
type Overridable = Literal["hyperparameters", "seed", "grader", "response_format", "data", "training_gate"]

METHOD_NAMES: dict[Method, str] = {
    "sft": "supervised fine-tuning (sft)",
    "dpo": "direct preference optimisation (dpo)",
    "rft": "reinforcement fine-tuning (rft)",
}
OF_EVERY_METHOD = ("n_epochs", "batch_size", "learning_rate_multiplier")
HYPERPARAMETERS: dict[Method, tuple[str, ...]] = {
    "sft": OF_EVERY_METHOD,
    "dpo": (*OF_EVERY_METHOD, "beta"),
    "rft": (*OF_EVERY_METHOD, "reasoning_effort", "compute_multiplier", "eval_interval", "eval_samples"),
}
"""What each method takes. Source: openai 3.54.0, `types/fine_tuning/*_hyperparameters_param.py`."""

LEFT_TO_THE_SERVICE = ("auto", "default")
WHOLE = ("keep", "grader", "response_format")  #: keys whose values a set replaces as one
MAX_HELD_BACK = 0.8  #: so that at least a fifth of the examples is trained on


class Hyperparameters(Section):
    """How to train. Spelled as the fine-tuning API spells them; `auto` leaves the choice to the service.

    No source gives the upper bounds of `beta` and `compute_multiplier`: they are ours, against a slip of the pen.
    """

    n_epochs: Auto | Annotated[int, Field(ge=1, le=50)] = "auto"
    """How often the training file is gone through."""
    batch_size: Auto | Annotated[int, Field(ge=1, le=256)] = "auto"
    """Examples a training step."""
    learning_rate_multiplier: Auto | Annotated[float, Field(gt=0, le=10)] = "auto"
    """Multiplies the service's learning rate for the model."""
    beta: Auto | Annotated[float, Field(gt=0, le=10)] = "auto"
    """Of dpo only: how strongly the tuned model is held to its base."""
    reasoning_effort: Literal["default", "low", "medium", "high"] = "default"
    """Of rft only: how long the model thinks while it is trained."""
    compute_multiplier: Auto | Annotated[float, Field(gt=0, le=10)] = "auto"
    """Of rft only: multiplies the answers that are tried. More costs more."""
    eval_interval: Auto | Annotated[int, Field(ge=1)] = "auto"
    """Of rft only: training steps from one measurement on the validation file to the next."""
    eval_samples: Auto | Annotated[int, Field(ge=1)] = "auto"
    """Of rft only: answers tried for each measurement."""


class Split(Section):
    """Which share of a single dropped file is held back. A set brings its own files and is not split."""

    validation: Share = 0.1
    """Measured while training, not learned from: the training gate goes by it."""
    test: Share = 0.1
    """Never shown to the trainer."""

    @model_validator(mode="after")
    def _leaves_something_to_train_on(self) -> Self:
        if (held := self.validation + self.test) > MAX_HELD_BACK:
            raise ValueError(f"validation and test together hold back {held:g}; at most {MAX_HELD_BACK:g} may be")
        return self


class BadRows(Section):
    """What a file with rows that cannot be used is worth."""

    reject_file_above: Share = 0.05
    """The share of all rows that may be rejected; a file with more is rejected as a whole."""


class Origin(Section):
    """Where a dataset comes from and what it may be used for. Kept in the lineage of every run; people judge it."""

    source: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Where it was taken from, or who made it."""
    licence: Annotated[str, StringConstraints(min_length=1)] | None = None
    """What allows its use, such as CC-BY-4.0 or a contract."""
    owner: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Whom to ask about it."""


class DataOptions(Section):
    """How rows become examples."""

    system_prompt: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Put before every conversation that has no system message of its own."""
    keep: dict[Score, Condition] = Field(default={"helpfulness": ">=3"})
    """Conditions on a scored row's scores (0 to 4); a row that misses one is filtered. Rows without scores stay."""
    split: Split = Split()
    bad_rows: BadRows = BadRows()
    format: Annotated[str, StringConstraints(min_length=1)] | None = None
    """The name of the rows' format, where it is known better than their keys tell; recognised where left out."""
    rules: dict[RuleNumber, Severity] = Field(default_factory=dict[int, Severity])
    """Rules to raise, to lower or to switch off, by the number that the report names."""
    scan: bool = True
    """Look into the texts as well: near duplicates, personal data, secrets, languages, statistics."""
    tokens: Literal["auto", "exact"] = "auto"
    """How tokens are counted: `exact` counts every one, `auto` as many as there is time for and infers the rest."""
    languages: Annotated[tuple[Language, ...], Field(strict=False)] = ()
    """The languages that the rows should be in; whatever is there where the list is empty."""
    min_margin: Annotated[float, Field(ge=0)] | None = None
    """The least gap between the scores of the preferred and the other answer; a closer pair is filtered."""
    reasoning: Literal["drop", "reject"] = "drop"
    """What becomes of an answer's reasoning fields, which are not trained on: they go, or the row does."""
    benchmarks: Annotated[tuple[FileName, ...], Field(strict=False)] = ()
    """Benchmarks whose questions must not be learnt, by the names of their files `benchmarks/<name>.jsonl`."""
    near_duplicates: Literal["report", "remove"] = "report"
    """What becomes of rows that repeat another almost word for word. Exact repetitions always go."""
    origin: Origin = Origin()


class Budget(Section):
    """What a run may cost, by the estimate made before anything is submitted."""

    ask_above_usd: Annotated[float, Field(ge=0)] = 25
    """US dollars; a dearer run is held until a person approves it."""
    stop_above_usd: Annotated[float, Field(ge=0)] = 100
    """US dollars; a dearer run is rejected. Not less than `ask_above_usd`."""

    @model_validator(mode="after")
    def _asks_before_it_stops(self) -> Self:
        if self.stop_above_usd < self.ask_above_usd:
            raise ValueError(
                f"stop_above_usd is {self.stop_above_usd:g}, below ask_above_usd of {self.ask_above_usd:g}"
            )
        return self


class TrainingGate(Section):
    """What the training metrics of a checkpoint must show before anything is deployed."""

    max_overfit_ratio: Annotated[float, Field(gt=0)] = 1.5
    """Of sft and dpo: validation loss over training loss."""
    min_validation_token_accuracy: Share = 0.5
    """Of sft: share of the validation file's tokens that the model predicts."""
    max_validation_loss: Annotated[float, Field(gt=0)] | None = None
    """Nats a token, of sft, without a limit where it is left out; nats a pair, of dpo, where 0.693 is then the limit:
    the loss of a model that has no preference yet."""
    min_validation_reward: float | None = None
    """Of rft: the grader's mean score on the validation file; no limit where it is left out."""
    min_reward_gain: float = 0.0
    """Of rft: how much better that score must be than when it was first measured."""


class DeploymentOptions(Section):
    """How a model that passed is served."""

    tier: Literal["developer"] = "developer"
    """No hosting fee, no promise of availability; the platform removes it after 24 hours."""
    capacity: Annotated[int, Field(ge=1, le=1000)] = 50
    """Thousand tokens a minute."""


class Recipe(Section):
    """One team's standing order. Every field has a default, so that an empty recipe is a recipe."""

    model: Annotated[str, StringConstraints(min_length=1)] = Field(
        default="gpt-4.1-nano", examples=["gpt-4.1-nano", "gpt-4.1-mini", "gpt-4.1"]
    )
    """A base model of the catalogue, with or without its version, or a previous fine-tune to continue from."""
    method: Literal["auto", "sft", "dpo", "rft"] = "auto"
    """How to tune: on answers (sft), on better and worse ones (dpo), by a grader (rft); `auto` goes by the dataset."""
    training_type: Literal["standard", "data_zone", "global", "developer"] = "global"
    """Where training may run: the account's region, its data zone, anywhere, or anywhere on spare capacity (cheap)."""
    hyperparameters: Hyperparameters = Hyperparameters()
    seed: Annotated[int, Field(ge=0)] | None = None
    """Fixes the service's random choices; the service draws one where it is left out."""
    grader: Grader | None = None
    """Of rft, which needs one: what the model's answers are rewarded for."""
    response_format: ResponseFormat | None = None
    """Of rft only: the JSON Schema that the model's answers follow while it is trained."""
    data: DataOptions = DataOptions()
    budget: Budget = Budget()
    training_gate: TrainingGate = TrainingGate()
    deployment: DeploymentOptions = DeploymentOptions()
    allow: Annotated[tuple[Overridable, ...], Field(strict=False)] = ("hyperparameters", "seed", "data")
    """The keys that a `recipe.yaml` inside a set may change."""


def parse_recipe(text: str, source: str) -> Recipe:
    """Read a recipe. `source` names the file in messages. Raises `RecipeInvalid`, listing every fault."""
    return _checked(_document(text, source), source)


def override(base: Recipe, text: str, source: str) -> Recipe:
    """The recipe with a set's own wishes on top. Raises `RecipeInvalid` for a wish that is not allowed."""
    wishes = _document(text, source)
    if refused := [key for key in wishes if key not in base.allow]:
        allowed = ", ".join(base.allow) or "nothing"
        raise RecipeInvalid([f"{source}: {key}: may not be changed here; allowed: {allowed}" for key in refused])
    return _checked(merged(base.model_dump(), wishes, whole=WHOLE), source)


def chosen(hyperparameters: Hyperparameters, method: Method) -> dict[str, str | int | float]:
    """Those of a method that are not left to the service."""
    values = hyperparameters.model_dump(include=set(HYPERPARAMETERS[method]))
    return {name: value for name, value in values.items() if value not in LEFT_TO_THE_SERVICE}


def misfits(recipe: Recipe, method: Method) -> list[str]:
    """What a recipe asks for that the method does not know, or lacks that it needs; one line each."""
    known = HYPERPARAMETERS[method]
    asked = [name for each in HYPERPARAMETERS for name in chosen(recipe.hyperparameters, each) if name not in known]
    foreign = [f"hyperparameters.{name}: {method} does not know it; leave it out" for name in dict.fromkeys(asked)]
    if method == "rft":
        missing = [] if recipe.grader else ["grader: found nothing; rft needs one, which says what is rewarded"]
        return foreign + missing + _never_answered(recipe)
    given = {"grader": recipe.grader, "response_format": recipe.response_format}
    return foreign + [f"{name}: {method} does not know it; leave it out" for name, value in given.items() if value]


def _never_answered(recipe: Recipe) -> list[str]:
    """What a grader reads of the answers and the answers' own schema rules out."""
    if recipe.grader is None or recipe.response_format is None:
        return []
    lacking = filter(recipe.response_format.lacks, sorted(sample_fields(recipe.grader)))
    return [f"grader: reads sample.{path}, which the schema of response_format does not have" for path in lacking]


def _document(text: str, source: str) -> Mapping[str, object]:
    try:
        return read_mapping(text)
    except NotPlain as error:
        raise RecipeInvalid([f"{source}: {error}"]) from error


def _checked(document: Mapping[str, object], source: str) -> Recipe:
    try:
        recipe = Recipe.model_validate(document)
    except ValidationError as error:
        raise RecipeInvalid([f"{source}: {fault}" for fault in explained(error, Recipe)]) from error
    faults = _never_answered(recipe) if recipe.method == "auto" else misfits(recipe, recipe.method)
    if faults:
        raise RecipeInvalid([f"{source}: {fault}" for fault in faults])
    return recipe
