"""What Azure refuses in a grader (azure-ai-docs, reinforcement-fine-tuning.md, Oct 2026; pass_threshold: Mar 2026)."""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from local.foundry.errors import invalid

SOURCE_BYTES = 256 * 1024
_TEMPLATE = re.compile(r"\{\{\s*item\.(\w+)")


class _Grader(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    pass_threshold: float | None = None


class StringCheck(_Grader, tag="string_check", kw_only=True):
    """The answer is, or contains, the reference."""

    input: str
    reference: str
    operation: Literal["eq", "ne", "like", "ilike"]


type Rouge = Literal["rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l"]


class TextSimilarity(_Grader, tag="text_similarity", kw_only=True):
    """How alike the answer and the reference are; `cosine` is for evaluations only."""

    input: str
    reference: str
    evaluation_metric: Literal["fuzzy_match", "bleu", "gleu", "meteor"] | Rouge


class ScoreModel(_Grader, tag="score_model", kw_only=True):
    """A model judges."""

    model: str
    input: Annotated[list[dict[str, Any]], Meta(min_length=1)]
    range: Annotated[list[float], Meta(min_length=2, max_length=2)] | None = None
    sampling_params: dict[str, Any] | None = None


class Python(_Grader, tag="python", kw_only=True):
    """A function `grade(sample, item)` judges. The stand-in never runs it."""

    source: str
    image_tag: str | None = None


type Single = StringCheck | TextSimilarity | ScoreModel | Python


class Multi(_Grader, tag="multi", kw_only=True):
    """Several graders and a formula."""

    graders: Annotated[dict[str, Single], Meta(min_length=1)]
    calculate_output: str


type Grader = Single | Multi


def read_grader(given: object) -> Grader:
    """The grader of a request. Raises `Refused`."""
    try:
        grader = msgspec.convert(given, type=Grader)
    except msgspec.ValidationError as error:
        raise invalid(f"invalid grader: {error}", "method.reinforcement.grader") from error
    for part in grader.graders.values() if isinstance(grader, Multi) else [grader]:
        if isinstance(part, Python):
            _check_source(part.source)
    return grader


def reference_of(grader: dict[str, Any], row: dict[str, Any]) -> str:
    """The answer that a row's grader looks for: the first item field it names, else the row's first other field."""
    named = _TEMPLATE.findall(msgspec.json.encode(grader).decode())
    fields = [name for name in [*named, *row] if name in row and name != "messages"]
    found = row[fields[0]] if fields else ""
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()


def _check_source(source: str) -> None:
    size = len(source.encode())
    if size > SOURCE_BYTES:
        raise invalid(f"the grader's source has {size} bytes; at most {SOURCE_BYTES} are allowed", "grader.source")
    if "def grade(" not in source:
        raise invalid("the grader's source must define grade(sample, item)", "grader.source")
