"""The shipped recipes, and the schema that editors read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared import schema
from shared.core.catalogue import resolve
from shared.core.plain_yaml import read_mapping
from shared.core.recipe import Recipe, parse_recipe
from shared.core.values import Section
from tests.fakes import CATALOGUE

FOLDER = Path(__file__).parents[1] / "recipes"
SCHEMA = json.loads(schema.recipe_schema())
RECIPES = sorted(FOLDER.glob("*.yaml"))


def test_the_committed_schema_is_the_one_that_the_model_makes() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.recipe_schema(), "run python -m shared.schema"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def descriptions(node: Any, path: str = "recipe") -> Iterator[tuple[str, str | None]]:
    """What an editor says of each key, by its path."""
    definition = SCHEMA["$defs"][node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else node
    yield path, node.get("description") or definition.get("description")
    for key, below in definition.get("properties", {}).items():
        yield from descriptions(below, f"{path}.{key}")


def test_an_editor_explains_every_key() -> None:
    explained = dict(descriptions(SCHEMA))
    assert "recipe.data.bad_rows.reject_file_above" in explained
    assert [path for path, words in explained.items() if not words] == []


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_a_shipped_recipe_is_one_that_the_service_takes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(SCHEMA).validate(read_mapping(text))
    resolve(parse_recipe(text, path.name), path.name, CATALOGUE)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_a_shipped_recipe_tells_editors_its_schema(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=recipe.schema.json\n")


def test_the_default_recipe_spells_out_every_key_with_its_default() -> None:
    text = (FOLDER / "default.yaml").read_text(encoding="utf-8")
    assert parse_recipe(text, "default.yaml") == Recipe()
    assert keys_of(read_mapping(text)) == keys_of(Recipe().model_dump())


def keys_of(document: dict[str, Any], path: str = "") -> set[str]:
    below = [keys_of(value, f"{path}.{key}") for key, value in document.items() if isinstance(value, dict)]
    return {f"{path}.{key}" for key in document}.union(*below)


def test_every_part_of_a_recipe_takes_what_is_written_and_converts_nothing() -> None:
    definitions = {name for name, node in SCHEMA["$defs"].items() if node.get("type") == "object"}
    assert {part.__name__ for part in leaves(Section)} == {"Recipe", *definitions}


def leaves(kind: type[Section]) -> Iterator[type[Section]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from leaves(each)
