import json
from typing import Any

import pytest

from shared.core.errors import RecipeInvalid
from shared.core.recipe import Recipe, parse_recipe
from shared.core.response_format import ResponseFormat

PUZZLE: dict[str, Any] = {
    "type": "object",
    "properties": {"solution": {"type": "string"}},
    "required": ["solution"],
    "additionalProperties": False,
}


def of(schema: object, **more: object) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "puzzle", "strict": True, "schema": schema, **more}}


def test_a_format_is_sent_as_it_was_written() -> None:
    recipe = parse_recipe(f"response_format: {json.dumps(of(PUZZLE))}", "r.yaml")
    assert recipe.response_format is not None
    assert recipe.response_format.model_dump(mode="json") == of(PUZZLE)
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"type": "text"}, "type: found 'text'; expected json_schema"),
        (
            {"type": "json_schema", "name": "puzzle", "schema": PUZZLE},
            "json_schema: found nothing; expected keys and values",
        ),
        (
            of(PUZZLE, name="two words"),
            "json_schema.name: found 'two words'; expected a name of letters, digits, _ and -",
        ),
        (of("string"), "json_schema.schema: found 'string'; expected keys and values"),
        (of({"type": "string"}), "json_schema.schema: found no type 'object' at its top; an answer is an object"),
        (
            of({"type": "object", "required": "a"}),
            "json_schema.schema: found no JSON Schema: $.required: 'a' is not of type",
        ),
    ],
)
def test_a_fault_of_a_format_is_named(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(RecipeInvalid) as refusal:
        parse_recipe(f"response_format: {json.dumps(given)}", "r.yaml")
    assert refusal.value.faults[0].startswith(f"r.yaml: response_format.{fault}")


@pytest.mark.parametrize(
    ("schema", "path", "lacks"),
    [
        (PUZZLE, "output_text", False),
        (PUZZLE, "output_json", False),
        (PUZZLE, "output_json.solution", False),
        (PUZZLE, "output_json.solution.first", False),
        (PUZZLE, "output_json.answer", True),
        ({"type": "object"}, "output_json.answer", False),
        ({"type": "object", "additionalProperties": False}, "output_json.answer", True),
    ],
)
def test_a_closed_schema_lacks_what_it_does_not_name(schema: dict[str, Any], path: str, lacks: bool) -> None:  # noqa: FBT001
    assert ResponseFormat.model_validate(of(schema)).lacks(path) is lacks
