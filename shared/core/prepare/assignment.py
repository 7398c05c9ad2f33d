"""What is asked of the preparation of a dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.core.grader import template_fields
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions, Recipe


@dataclass(frozen=True)
class Assignment:
    """How rows are to become examples, and for which model and grader."""

    options: DataOptions
    method: Method | None = None  #: what rows become; `None`: what most of them are written for
    graded: Sequence[str] = ()  #: paths that the recipe's grader reads of a row, such as `reference_answer`
    most_tokens: int | None = None  #: of an example, as the model takes it; `None`: unknown


def assignment(recipe: Recipe, most_tokens: int | None = None) -> Assignment:
    """What a recipe asks, for a model that takes examples of at most so many tokens."""
    method = None if recipe.method == "auto" else recipe.method
    graded = tuple(sorted(template_fields(recipe.grader))) if recipe.grader else ()
    return Assignment(recipe.data, method, graded, most_tokens)
