from datetime import date
from importlib.resources import files

import pytest

from shared.core.catalogue import base_of, find_model, parse_catalogue, resolve, retired_judges, unsuited
from shared.core.errors import RecipeInvalid
from shared.core.grader import Message, ScoreModel
from shared.core.recipe import Method, Recipe
from tests.fakes import CATALOGUE

FOR_ANSWERS = ("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini")
GPT_4O_TIERS = CATALOGUE.models["gpt-4o"].deployment_tiers
SHIPPED = files("shared.core").joinpath("catalogue.yaml").read_text(encoding="utf-8")


def test_the_shipped_catalogue_names_its_models_by_their_names() -> None:
    catalogue = parse_catalogue(SHIPPED)
    assert catalogue == CATALOGUE
    assert {name: model.name for name, model in catalogue.models.items()} == {name: name for name in catalogue.models}


def test_the_shipped_catalogue_says_where_everything_is_from() -> None:
    assert all(model.source for model in CATALOGUE.models.values())
    assert CATALOGUE.limits.source
    assert CATALOGUE.prices_source


def test_a_model_is_priced_for_training_types_that_it_has() -> None:
    for model in CATALOGUE.models.values():
        assert set(model.usd_per_million_training_tokens) <= set(model.training_types)
        assert set(model.usd_per_training_hour) <= set(model.training_types)
        assert bool(model.usd_per_training_hour) == ("rft" in model.methods)


@pytest.mark.parametrize("text", [None, "", "# nothing\n"])
def test_without_an_operators_values_the_shipped_ones_hold(text: str | None) -> None:
    assert parse_catalogue(SHIPPED, text) == CATALOGUE


def test_an_operators_value_replaces_one_value_only() -> None:
    text = "models: {gpt-4.1-nano: {usd_per_million_training_tokens: {global: 1.2}}}\nas_of: 2027-01-31"
    catalogue = parse_catalogue(SHIPPED, text)
    prices = catalogue.models["gpt-4.1-nano"].usd_per_million_training_tokens
    assert prices == {**CATALOGUE.models["gpt-4.1-nano"].usd_per_million_training_tokens, "global": 1.2}
    assert catalogue.as_of.isoformat() == "2027-01-31"
    assert catalogue.models["gpt-4.1"] == CATALOGUE.models["gpt-4.1"]


def test_an_operator_adds_a_model() -> None:
    text = """
    models:
      gpt-5-nano:
        name: gpt-5-nano
        version: 2027-03-01
        methods: [sft]
        training_types: [global]
        deployment_tiers: [developer]
        usd_per_million_training_tokens: {global: 2}
        training_retires: 2028-03-01
        source: our agreement
    """
    model, name = resolve(Recipe(model="gpt-5-nano"), "recipes/new.yaml", parse_catalogue(SHIPPED, text))
    assert (model.name, name) == ("gpt-5-nano", "gpt-5-nano-2027-03-01")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("assumed_epochs: many", "assumed_epochs: found 'many'; expected a whole number, 1 or more"),
        ("assumed_epochs: 0", "assumed_epochs: found 0; expected a whole number, 1 or more"),
        ("as_of: lately", "as_of: found 'lately'; expected a date such as 2026-11-22"),
        ("models: {gpt-5: {name: gpt-5}}", "models.gpt-5.version: found nothing; expected text"),
        (
            "limits: {developer_lifetime_hours: 100000000000}",
            "limits.developer_lifetime_hours: found 100000000000; expected a whole number from 1 to 8,760",
        ),
        (
            "models: {gpt-4.1: {usd_per_million_training_tokens: {global: -1}}}",
            "models.gpt-4.1.usd_per_million_training_tokens.global: found -1; expected a number, 0 or more",
        ),
        (
            "models: {gpt-4.1: {usd_per_million_training_tokens: {global: .nan}}}",
            "models.gpt-4.1.usd_per_million_training_tokens.global: found '.nan'; expected a number, 0 or more",
        ),
        (
            "models: {gpt-4.1: {usd_per_million_training_tokens: {global: 1e400}}}",
            "models.gpt-4.1.usd_per_million_training_tokens.global: found inf; expected a number, 0 or more",
        ),
        ("models: [", "line 1, column 10: not YAML: expected the node content, but found '<stream end>'"),
        ("assumed_epochs: 1\nassumed_epochs: 2", "line 2, column 1: the key 'assumed_epochs' is given twice"),
    ],
)
def test_an_operators_fault_is_named(text: str, fault: str) -> None:
    with pytest.raises(RecipeInvalid) as refusal:
        parse_catalogue(SHIPPED, text)
    assert refusal.value.faults[0] == f"catalogue.yaml: {fault}"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gpt-4.1-nano", "gpt-4.1-nano"),
        ("gpt-4.1-nano-2025-04-14", "gpt-4.1-nano"),
        ("gpt-4.1-nano-2025-04-14.ft-4f0ac1d2-td3f9c", "gpt-4.1-nano"),
        ("gpt-4.1-nano-2025-04-14.ft-4f0ac1d2:ckpt-step-20", "gpt-4.1-nano"),
        ("gpt-4.1", "gpt-4.1"),
        ("gpt-4.1-nano-2024-01-01", None),
        ("gpt-4", None),
        ("", None),
    ],
)
def test_a_model_is_found_with_or_without_version_and_by_a_fine_tune_of_it(name: str, found: str | None) -> None:
    model = find_model(name, CATALOGUE)
    assert (model.name if model else None) == found


def test_the_base_of_a_base_model_is_itself() -> None:
    assert base_of("gpt-4.1-nano") == "gpt-4.1-nano"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"),
        ("gpt-4.1-nano-2025-04-14", "gpt-4.1-nano-2025-04-14"),
        ("gpt-4.1-nano-2025-04-14.ft-4f0a", "gpt-4.1-nano-2025-04-14.ft-4f0a"),
    ],
)
def test_a_job_names_the_model_with_its_version(model: str, name: str) -> None:
    assert resolve(Recipe(model=model), "recipes/support.yaml", CATALOGUE)[1] == name


@pytest.mark.parametrize(
    ("wishes", "faults"),
    [
        (
            {"model": "gpt-4.1-nono"},
            ["model: found 'gpt-4.1-nono'; did you mean 'gpt-4.1-nano'? (known: " + ", ".join(CATALOGUE.models) + ")"],
        ),
        ({"model": "llama"}, ["model: found 'llama' (known: " + ", ".join(CATALOGUE.models) + ")"]),
        (
            {"model": "gpt-4o"},
            [f"deployment.tier: 'developer' is not offered for gpt-4o; offered: {', '.join(GPT_4O_TIERS)}"],
        ),
        (
            {"model": "o4-mini", "method": "sft"},
            [f"method: 'sft' is not offered for o4-mini, only rft; models that offer it: {', '.join(FOR_ANSWERS)}"],
        ),
        (
            {"method": "rft"},
            ["method: 'rft' is not offered for gpt-4.1-nano, only sft, dpo; models that offer it: o4-mini"],
        ),
    ],
)
def test_what_foundry_does_not_offer_is_refused_with_what_it_does(wishes: dict[str, str], faults: list[str]) -> None:
    with pytest.raises(RecipeInvalid) as refusal:
        resolve(Recipe.model_validate(wishes), "recipes/support.yaml", CATALOGUE)
    assert list(refusal.value.faults) == [f"recipes/support.yaml: {fault}" for fault in faults]


def test_every_refusal_is_named_at_once() -> None:
    catalogue = parse_catalogue(SHIPPED, "models: {gpt-4o: {training_types: [standard], methods: [dpo]}}")
    with pytest.raises(RecipeInvalid) as refusal:
        resolve(Recipe(model="gpt-4o", method="sft"), "recipes/support.yaml", catalogue)
    assert [fault.split(": ")[1] for fault in refusal.value.faults] == ["method", "training_type", "deployment.tier"]


def test_a_method_that_the_dataset_decides_is_not_asked_for_beforehand() -> None:
    assert resolve(Recipe(model="o4-mini"), "recipes/support.yaml", CATALOGUE)[1] == "o4-mini-2025-04-16"


@pytest.mark.parametrize(
    ("model", "method", "images", "faults"),
    [
        ("gpt-4.1-nano", "sft", 0, []),
        ("gpt-4.1-nano", "dpo", 0, []),
        ("gpt-4.1", "sft", 7, []),
        ("o4-mini", "rft", 0, []),
        (
            "gpt-4.1-nano",
            "rft",
            0,
            ["method: 'rft' is not offered for gpt-4.1-nano, only sft, dpo; models that offer it: o4-mini"],
        ),
        (
            "gpt-4.1-mini",
            "sft",
            1_204,
            ["model: gpt-4.1-mini takes no images, which 1,204 rows have; these do: gpt-4.1, gpt-4o"],
        ),
    ],
)
def test_a_model_that_cannot_learn_a_dataset_is_refused_with_those_that_can(
    model: str, method: Method, images: int, faults: list[str]
) -> None:
    assert unsuited(CATALOGUE.models[model], method, images, CATALOGUE) == faults


def test_a_method_that_no_model_offers_is_said_to_have_none() -> None:
    catalogue = parse_catalogue(SHIPPED, "models: {o4-mini: {methods: [sft]}}")
    [fault] = unsuited(catalogue.models["o4-mini"], "rft", 0, catalogue)
    assert fault.endswith("models that offer it: none")


@pytest.mark.parametrize(
    ("judge", "day", "faults"),
    [
        ("gpt-4o-2024-08-06", "2026-11-24", []),
        ("our-own-deployment", "2030-01-01", []),
        ("o3-mini", "2026-11-18", []),
        ("o3-mini", "2026-11-19", ["grader: the model 'o3-mini' was retired on 2026-11-19; choose another"]),
        (
            "o3-mini-2025-01-31",
            "2027-01-01",
            ["grader: the model 'o3-mini-2025-01-31' was retired on 2026-11-19; choose another"],
        ),
    ],
)
def test_a_model_that_judges_no_more_is_refused(judge: str, day: str, faults: list[str]) -> None:
    asked = Message(role="user", content="{{sample.output_text}}")
    grader = ScoreModel(type="score_model", name="judge", model=judge, input=(asked,))
    assert retired_judges(grader, CATALOGUE, date.fromisoformat(day)) == faults
