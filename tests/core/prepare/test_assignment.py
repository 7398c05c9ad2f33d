import pytest

from shared.core.errors import RecipeInvalid
from shared.core.prepare.assignment import assignment
from shared.core.prepare.formats import known_formats
from shared.core.prepare.rules.book import CHAPTERS, ELSEWHERE
from shared.core.recipe import Recipe

NUMBERS = [entry.number for _, entries in CHAPTERS for entry in entries]
TEXTS = {"input": "{{sample.output_text}}", "reference": "{{item.answer.text}}"}
GRADER = {"type": "string_check", "name": "exact", "operation": "eq", **TEXTS}


def test_what_a_recipe_asks_is_what_is_prepared() -> None:
    asked = {"method": "rft", "grader": GRADER, "data": {"rules": {NUMBERS[0]: "off"}, "scan": False}}
    recipe = Recipe.model_validate(asked)
    made = assignment(recipe, 4096)
    assert (made.options, made.method, made.graded, made.most_tokens) == (recipe.data, "rft", ("answer.text",), 4096)


def test_rows_decide_where_the_recipe_does_not() -> None:
    assert assignment(Recipe()).method is None


@pytest.mark.parametrize(
    "number", [number for number in (7, 999, *(one.number for one in ELSEWHERE)) if number not in NUMBERS]
)
def test_a_rule_that_rows_are_not_checked_by_is_refused(number: int) -> None:
    with pytest.raises(RecipeInvalid, match=rf"^data\.rules: found {number}; expected the number of a rule"):
        assignment(Recipe.model_validate({"data": {"rules": {number: "off", NUMBERS[0]: "off"}}}))


def test_every_rule_and_every_format_may_be_named() -> None:
    assignment(Recipe.model_validate({"data": {"rules": dict.fromkeys(NUMBERS, "warning")}}))
    for one in known_formats():
        assignment(Recipe.model_validate({"data": {"format": one.name}}))


def test_a_format_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(RecipeInvalid, match=r"^data\.format: found 'alpacca'; expected one of .*Alpaca"):
        assignment(Recipe.model_validate({"data": {"format": "alpacca"}}))
