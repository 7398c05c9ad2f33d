"""What a malicious recipe can do: a team's, or the one that an uploader puts into a set."""

from pathlib import Path

import pytest

from shared.core import stages
from shared.core.prepare.assignment import assignment
from shared.core.recipe import Recipe, RecipeInvalid, parse_recipe
from tests.driving import DATASET, only_run, outcome
from tests.security.dropped import ended, paid

LAUGHS = "a: &a [b, b]\n" + "".join(f"k{n}: &k{n} [*{'a' if n == 0 else f'k{n - 1}'}, *a]\n" for n in range(30))


@pytest.mark.parametrize(
    "wish",
    [
        "model: gpt-4.1",
        "budget: {ask_above_usd: 99999, stop_above_usd: 99999}",
        "deployment: {capacity: 1000}",
        "allow: [budget]",
    ],
)
def test_an_uploader_chooses_neither_model_nor_money(wish: str) -> None:
    world = ended(DATASET, recipe="allow: [data, hyperparameters]", own=wish.encode())
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert "may not be changed here" in end.reasons[0]
    assert paid(world) == 0


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "a: !!python/object/apply:os.system ['touch harm']",
        "a: " + "[" * 10_000,
        "a: &x {b: *x}",
        "a: " + "b" * 10**6,
    ],
    ids=["aliases that grow", "a tag that runs", "nesting", "itself", "length"],
)
def test_a_recipe_is_plain_yaml_or_is_refused(text: str) -> None:
    end = outcome(ended(DATASET, recipe=text))
    assert isinstance(end, stages.Rejected)
    assert end.by == "recipe"


@pytest.mark.parametrize("name", ["../runs/0123456789abcdef/train", "..", "/etc/passwd", "a/b", "%2e%2e"])
def test_a_recipe_names_no_file_elsewhere(name: str) -> None:
    with pytest.raises(RecipeInvalid):
        parse_recipe(f"data: {{benchmarks: ['{name}']}}", "recipes/support.yaml")


def test_the_code_of_a_grader_is_sent_and_never_run_here(tmp_path: Path) -> None:
    mark = tmp_path / "harm"
    source = f"open('{mark}', 'w')\\ndef grade(sample, item):\\n    return 1.0"
    recipe = parse_recipe(f'grader: {{type: python, name: own, source: "{source}"}}', "recipes/support.yaml")
    assert isinstance(recipe, Recipe)
    assignment(recipe)
    world = ended(DATASET, recipe=f'method: rft\ngrader: {{type: python, name: own, source: "{source}"}}')
    assert only_run(world).stage
    assert not mark.exists()
