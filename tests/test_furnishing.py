from shared.core.recipe import Recipe, parse_recipe
from shared.furnishing import furnish
from tests.fakes import World


def test_a_new_service_finds_the_default_recipe_to_read_and_to_copy() -> None:
    datasets = World().datasets
    assert furnish(datasets)
    assert parse_recipe(datasets.recipes["default"], "default.yaml") == Recipe()


def test_a_default_recipe_that_a_team_wrote_is_left_alone() -> None:
    datasets = World().datasets
    datasets.recipes["default"] = "model: gpt-4.1"
    assert not furnish(datasets)
    assert datasets.recipes == {"default": "model: gpt-4.1"}
