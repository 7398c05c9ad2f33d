"""What is asked of the preparation of a dataset."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msgspec import DecodeError

from shared.core.errors import RecipeInvalid
from shared.core.grader import StringCheck, template_fields
from shared.core.prepare.formats import known_formats
from shared.core.prepare.rules.book import CHAPTERS
from shared.core.prepare.scans.benchmarks import Fingerprint, decoded
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions, Recipe


@dataclass(frozen=True)
class Assignment:
    """How rows are to become examples, and for which model and grader."""

    options: DataOptions
    method: Method | None = None  #: what rows become; `None`: what most of them are written for
    graded: Sequence[str] = ()  #: paths that the recipe's grader reads of a row, such as `reference_answer`
    most_tokens: int | None = None  #: of an example, as the model takes it; `None`: unknown
    fingerprints: Sequence[Fingerprint] = ()  #: of questions of benchmarks, which must not be learnt
    probe: StringCheck | None = None  #: the recipe's grader, where what it rewards can be told without the service


def assignment(
    recipe: Recipe, most_tokens: int | None = None, read: Callable[[str], str | None] = lambda _: None
) -> Assignment:
    """What a recipe asks, for a model that takes examples of at most so many tokens.

    `read` reads a file beside the recipes, if it is there. Raises `RecipeInvalid` if something is named that is not.
    """
    if faults := [*_unknown(recipe.data)]:
        raise RecipeInvalid(faults)
    method = None if recipe.method == "auto" else recipe.method
    graded = tuple(sorted(template_fields(recipe.grader))) if recipe.grader else ()
    fingerprints = [each for name in recipe.data.benchmarks for each in _fingerprints(name, read)]
    probe = recipe.grader if isinstance(recipe.grader, StringCheck) else None
    return Assignment(recipe.data, method, graded, most_tokens, fingerprints, probe)


def _unknown(options: DataOptions) -> Iterator[str]:
    """What the recipe names that there is not."""
    numbers = {entry.number for _, entries in CHAPTERS for entry in entries}
    for number in sorted(options.rules.keys() - numbers):
        yield f"data.rules: found {number}; expected the number of a rule that rows are checked by (docs/rules.md)"
    names = [one.name for one in known_formats()]
    if options.format is not None and options.format not in names:
        yield f"data.format: found {options.format!r}; expected one of {', '.join(names)}"


def _fingerprints(name: str, read: Callable[[str], str | None]) -> list[Fingerprint]:
    path = f"benchmarks/{name}.jsonl"
    text = read(path)
    if text is None:
        raise RecipeInvalid([f"data.benchmarks: there is no file {path!r} beside the recipes"])
    try:
        return decoded(text.encode())
    except DecodeError as error:
        raise RecipeInvalid([f"{path}: {error}; expected: lines that `tunedrop fingerprint` writes"]) from error
