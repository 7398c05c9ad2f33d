"""The JSON Schema of recipes, for editors: `python -m shared.schema` writes it beside the shipped recipes."""

import json
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema

from shared.core.recipe import Recipe

FILE = Path(__file__).parents[1] / "recipes" / "recipe.schema.json"


class _Untitled(GenerateJsonSchema):
    """Without a title for each field: `N Epochs` above `n_epochs` tells nobody anything."""

    def field_title_should_be_set(self, schema: object) -> bool:
        del schema
        return False


def recipe_schema() -> str:
    """The schema as JSON text, draft 2020-12, made from the model that reads recipes."""
    schema = {
        "$schema": GenerateJsonSchema.schema_dialect,
        **Recipe.model_json_schema(schema_generator=_Untitled),
        "title": "Tunedrop recipe",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(recipe_schema(), encoding="utf-8")
