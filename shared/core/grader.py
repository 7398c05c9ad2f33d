"""Graders: what reinforcement fine-tuning rewards. Spelled as the fine-tuning API spells them.

Sources: Foundry, "Reinforcement fine-tuning", Mar and Oct 2026; openai 3.54.0, `types/graders`. What only the platform
can tell is left to it: a Python grader is compiled here and never run, for nothing here can take the network from it.
"""

import ast
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from shared.core import formula, templates
from shared.core.values import Section

MOST_SOURCE_BYTES = 256 * 1024
ARGUMENTS = 2  #: of a Python grader's function: the answer and the row
ANSWER = "{{sample.output_text}}"


def _sound(text: str) -> str:
    if fault := templates.fault_in(text):
        raise ValueError(fault)
    return text


def _rising(scores: tuple[float, float]) -> tuple[float, float]:
    lowest, highest = scores
    if lowest >= highest:
        raise ValueError(f"found {lowest:g} to {highest:g}; expected a lower and a higher score")
    return scores


def _defining_grade(source: str) -> str:
    if (size := len(source.encode())) > MOST_SOURCE_BYTES:
        raise ValueError(f"found {size:,} bytes; at most {MOST_SOURCE_BYTES:,} are taken")
    if not any(_takes_sample_and_item(node) for node in _compiled(source).body):
        raise ValueError("found no function grade(sample, item) at the top level of the program")
    return source


def _compiled(source: str) -> ast.Module:
    """The program as a tree, once it compiles. Nothing of it is run. Raises `ValueError`."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of its style
            tree = ast.parse(source)
            compile(tree, "grader", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ValueError(f"found no Python program: line {error.lineno or 1}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError("found no Python program that can be compiled") from error
    return tree


def _takes_sample_and_item(node: ast.stmt) -> bool:
    """Whether it is a `grade` that can be called with two values."""
    if not isinstance(node, ast.FunctionDef) or node.name != "grade":
        return False
    given = len(node.args.posonlyargs) + len(node.args.args)
    most = math.inf if node.args.vararg else given
    return given - len(node.args.defaults) <= ARGUMENTS <= most and None not in node.args.kw_defaults


type Name = Annotated[str, StringConstraints(min_length=1)]
type Template = Annotated[Name, AfterValidator(_sound)]
type Range = Annotated[tuple[float, float], Field(strict=False), AfterValidator(_rising)]
type Program = Annotated[Name, AfterValidator(_defining_grade)]
type Key = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"),
    Field(description="a name that a formula can use: letters, digits and _"),
]


class _Grader(Section):
    name: Name
    """What the service's reports call it."""
    pass_threshold: float | None = None
    """From which score on an answer counts as passed in those reports."""


class _OfTexts(_Grader):
    input: Template
    """The text to grade, such as {{sample.output_text}}."""
    reference: Template
    """What it is held against, such as {{item.reference_answer}}."""

    @model_validator(mode="after")
    def _can_tell_answers_apart(self) -> Self:
        _check_reads_answer([self.input, self.reference])
        _check_threshold(self.pass_threshold, (0, 1))
        return self


class StringCheck(_OfTexts):
    """1 if the input is, is not, or contains the reference; else 0."""

    type: Literal["string_check"]
    operation: Literal["eq", "ne", "like", "ilike"]
    """Equal; not equal; contains; contains, whatever the capitals."""

    def rewards(self, answer: str, item: Mapping[str, object]) -> bool | None:
        """Whether a row gives the answer a score of 1; `None` if only the service can tell."""
        text, reference = (templates.filled(each, item, answer) for each in (self.input, self.reference))
        if text is None or reference is None:
            return None
        match self.operation:
            case "eq":
                return text == reference
            case "ne":
                return text != reference
            case "like":
                return reference in text
            case "ilike":
                return reference.casefold() in text.casefold()


class TextSimilarity(_OfTexts):
    """How alike input and reference are, from 0 to 1."""

    type: Literal["text_similarity"]
    evaluation_metric: Literal[
        "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l"
    ]
    """How it is measured. `cosine` is for evaluations only."""


class Message(Section):
    """A message to the model that judges."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Template


class SamplingParams(Section):
    """How the model that judges answers."""

    seed: int | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_completions_tokens: Annotated[int, Field(ge=1)] | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None


class ScoreModel(_Grader):
    """A model judges. Its tokens are billed besides the training."""

    type: Literal["score_model"]
    model: Name
    """One that Foundry hosts for grading, or a deployment of your own."""
    input: Annotated[tuple[Message, ...], Field(strict=False, min_length=1)]
    """What it is asked."""
    range: Range = (0.0, 1.0)
    """The lowest and the highest score."""
    sampling_params: SamplingParams | None = None

    @model_validator(mode="after")
    def _can_tell_answers_apart(self) -> Self:
        _check_reads_answer([message.content for message in self.input])
        _check_threshold(self.pass_threshold, self.range)
        return self


class Python(_Grader):
    """A function judges: `def grade(sample, item)`, which returns a number."""

    type: Literal["python"]
    source: Program
    """The program. It runs at Foundry, without a network, for 2 minutes at most."""
    image_tag: Name | None = None
    """Which set of libraries it finds there."""


type Single = Annotated[StringCheck | TextSimilarity | ScoreModel | Python, Field(discriminator="type")]


class Multi(_Grader):
    """Several graders, and how their scores make one."""

    type: Literal["multi"]
    graders: Annotated[dict[Key, Single], Field(min_length=1)]
    """By the names that the formula uses."""
    calculate_output: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    """A formula over the graders' names: + - * / ^, min, max, abs, floor, ceil, exp, sqrt, log."""

    @field_validator("calculate_output")
    @classmethod
    def _adds_up(cls, text: str, known: ValidationInfo) -> str:
        graders = known.data.get("graders")  # missing, where they have faults of their own
        if graders is not None and (fault := formula.fault_in(text, graders)):
            raise ValueError(fault)
        return text


type Grader = Annotated[StringCheck | TextSimilarity | ScoreModel | Python | Multi, Field(discriminator="type")]


def template_fields(grader: Grader) -> frozenset[str]:
    """The paths that templates read of each row, which every row must have (rule 106): see `templates.is_in`.

    What a Python grader reads is not known: it may well look before it does.
    """
    return templates.fields(_texts(grader), "item")


def sample_fields(grader: Grader) -> frozenset[str]:
    """The paths that templates read of the model's answer, such as `output_text` and `output_json.label`."""
    return templates.fields(_texts(grader), "sample")


def judges(grader: Grader) -> frozenset[str]:
    """The models that are asked."""
    return frozenset(part.model for part in _parts(grader) if isinstance(part, ScoreModel))


def _parts(grader: Grader) -> Sequence[Single]:
    return list(grader.graders.values()) if isinstance(grader, Multi) else [grader]


def _texts(grader: Grader) -> list[str]:
    texts: list[str] = []
    for part in _parts(grader):
        match part:
            case StringCheck() | TextSimilarity():
                texts += [part.input, part.reference]
            case ScoreModel():
                texts += [message.content for message in part.input]
            case Python():
                pass
    return texts


def _check_reads_answer(texts: Sequence[str]) -> None:
    """Whatever does not read the answer rewards every answer alike, and teaches nothing."""
    if not templates.fields(texts, "sample"):
        raise ValueError(f"found nothing of the model's answer; expected {ANSWER} or another field of it")


def _check_threshold(threshold: float | None, scores: tuple[float, float]) -> None:
    lowest, highest = scores
    if threshold is not None and not lowest <= threshold <= highest:
        raise ValueError(f"pass_threshold: found {threshold:g}; expected a score from {lowest:g} to {highest:g}")
