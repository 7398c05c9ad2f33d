"""What Azure refuses in a request for a fine-tuning job, before it looks at a single row."""

import datetime as dt
import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from local.foundry.errors import Refused, invalid
from local.foundry.grader_rules import read_grader
from local.foundry.models import OPENAI, Model

LONGEST_SUFFIX = 64  # the longest that any source allows (SDK, azd); the option --suffix-limit is stricter
# LiteLLM sends 1 and the service takes it (pull request 24687, 27 Mar 2026); what it stands for is our guess.
TRAINING_TYPES = {
    "standard": "standard",
    "1": "standard",
    "globalstandard": "globalStandard",
    "developertier": "developerTier",
    "datazonestandard": "datazoneStandard",
}

type Auto = Literal["auto"]


class Hyperparameters(msgspec.Struct, forbid_unknown_fields=True):
    """Those of every method. Ranges: azd comments and docs, 2026; 50 epochs and 10 times the rate were seen to pass."""

    n_epochs: Annotated[int, Meta(ge=1, le=50)] | Auto = "auto"
    batch_size: Annotated[int, Meta(ge=1, le=256)] | Auto = "auto"
    learning_rate_multiplier: Annotated[float, Meta(gt=0, le=10)] | Auto = "auto"


class PreferenceHyperparameters(Hyperparameters, forbid_unknown_fields=True):
    """Those of dpo."""

    beta: Annotated[float, Meta(gt=0, le=10)] | Auto = "auto"


class ReinforcementHyperparameters(Hyperparameters, forbid_unknown_fields=True):
    """Those of reinforcement."""

    reasoning_effort: Literal["default", "low", "medium", "high"] = "default"
    compute_multiplier: Annotated[float, Meta(gt=0)] | Auto = "auto"
    eval_interval: Annotated[int, Meta(ge=1)] | Auto = "auto"
    eval_samples: Annotated[int, Meta(ge=1)] | Auto = "auto"


class Supervised(msgspec.Struct, forbid_unknown_fields=True):
    """The method's part of a request."""

    hyperparameters: Hyperparameters = msgspec.field(default_factory=Hyperparameters)


class Preference(msgspec.Struct, forbid_unknown_fields=True):
    """The method's part of a request."""

    hyperparameters: PreferenceHyperparameters = msgspec.field(default_factory=PreferenceHyperparameters)


class AnswerSchema(msgspec.Struct, forbid_unknown_fields=True):
    """A JSON Schema with a name."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
    schema: dict[str, Any]
    strict: bool = False
    description: str | None = None


class ResponseFormat(msgspec.Struct, forbid_unknown_fields=True):
    """The shape of answers (azure-ai-docs, reinforcement-fine-tuning.md, Oct 2026: not the flat one of Mar 2026)."""

    type: Literal["json_schema"]
    json_schema: AnswerSchema


class Reinforcement(msgspec.Struct, forbid_unknown_fields=True):
    """The method's part of a request."""

    grader: dict[str, Any]
    response_format: ResponseFormat | None = None
    hyperparameters: ReinforcementHyperparameters = msgspec.field(default_factory=ReinforcementHyperparameters)


class Method(msgspec.Struct, forbid_unknown_fields=True):
    """How to train."""

    type: Literal["supervised", "dpo", "reinforcement"] = "supervised"
    supervised: Supervised = msgspec.field(default_factory=Supervised)
    dpo: Preference = msgspec.field(default_factory=Preference)
    reinforcement: Reinforcement | None = None

    @property
    def hyperparameters(self) -> Hyperparameters:
        """The chosen method's."""
        match self.type:
            case "supervised":
                return self.supervised.hyperparameters
            case "dpo":
                return self.dpo.hyperparameters
            case "reinforcement":
                return self.reinforcement.hyperparameters if self.reinforcement else ReinforcementHyperparameters()


type Key = Annotated[str, Meta(max_length=64)]
type Value = Annotated[str, Meta(max_length=512)]


class JobRequest(msgspec.Struct, forbid_unknown_fields=True, rename={"training_type": "trainingType"}):
    """The body of POST /fine_tuning/jobs."""

    model: str
    training_file: str
    validation_file: str | None = None
    suffix: str | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    metadata: Annotated[dict[Key, Value], Meta(max_length=16)] | None = None  # taken, and never told again
    method: Method | None = None
    hyperparameters: Hyperparameters | None = None  # deprecated
    integrations: list[dict[str, Any]] | None = None
    training_type: str | int | None = None

    def chosen(self) -> Method:
        """The method, where older requests name hyperparameters only."""
        return self.method or Method(supervised=Supervised(self.hyperparameters or Hyperparameters()))


def read_request(body: bytes) -> JobRequest:
    """The request, if it has the right shape. Raises `Refused`."""
    try:
        return msgspec.json.decode(body, type=JobRequest)
    except msgspec.MsgspecError as error:
        where = re.search(r"`\$\.(.*?)`", str(error))
        raise invalid(str(error), where.group(1) if where else None) from error


def check_request(request: JobRequest, suffix_limit: int) -> None:
    """Raise `Refused` for what is wrong whatever the model and the files are."""
    _check_suffix(request.suffix, min(suffix_limit, LONGEST_SUFFIX))
    method = request.chosen()
    if method.type != "reinforcement":
        return
    if method.reinforcement is None:
        raise invalid("a grader is required for reinforcement fine-tuning", "method.reinforcement.grader")
    read_grader(method.reinforcement.grader)
    if request.validation_file is None:
        raise invalid("a validation file is required for reinforcement fine-tuning", "validation_file")


def check_model(model: Model, method: str, training_type: str, today: dt.date) -> None:
    """Raise `Refused` for what the base model does not do."""
    if not model.trains(today):
        raise invalid(f"the model {model.id!r} is retired: fine-tuning ended on {model.training_ends}", "model")
    if method not in model.methods:
        raise invalid(f"the method {method!r} is not supported for {model.id!r}: {list(model.methods)}", "method")
    if training_type not in model.training:
        raise invalid(f"trainingType {training_type!r} is not supported for {model.id!r}: {list(model.training)}")


def read_training_type(request: JobRequest) -> str:
    """The training type as the service echoes it. Raises `Refused`."""
    if request.training_type is None:
        # Misleading, but what the service says (LiteLLM pull request 24687, verified live, 27 Mar 2026).
        raise invalid("The specified base model does not support fine-tuning", "model")
    known = TRAINING_TYPES.get(str(request.training_type).lower())
    if known is None:
        raise invalid(f"trainingType {request.training_type!r} is not one of {sorted(TRAINING_TYPES)}", "trainingType")
    return known


def check_pausable(model: Model) -> None:
    """Raise `Refused` for models whose jobs cannot be paused."""
    if model.format != OPENAI or model.name == "gpt-5":
        raise Refused(400, "unexpectedEntityState", f"jobs of {model.id!r} cannot be paused")


def _check_suffix(suffix: str | None, longest: int) -> None:
    if suffix is None:
        return
    if not re.fullmatch(r"[A-Za-z0-9_-]+", suffix):
        raise invalid(f"suffix {suffix!r} may hold letters, digits, hyphens and underscores only", "suffix")
    if len(suffix) > longest:
        raise invalid(f"suffix has {len(suffix)} characters; at most {longest} are allowed", "suffix")
