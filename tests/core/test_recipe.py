import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest

from shared.core.errors import RecipeInvalid
from shared.core.plain_yaml import read_mapping
from shared.core.recipe import Hyperparameters, Method, Recipe, chosen, misfits, override, parse_recipe
from shared.schema import recipe_schema

KNOWN = (
    "(known: model, method, training_type, hyperparameters, seed, grader, response_format, data, budget, "
    "training_gate, deployment, allow)"
)


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(RecipeInvalid) as refusal:
        parse_recipe(text, "recipes/support.yaml")
    return refusal.value.faults


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "---"])
def test_an_empty_recipe_is_a_recipe(text: str) -> None:
    assert parse_recipe(text, "recipes/support.yaml") == Recipe()


IS_RIGHT = (
    "{type: string_check, name: right, input: '{{sample.output_text}}', reference: '{{item.label}}', operation: eq}"
)
GRADER = {
    "type": "string_check",
    "name": "right",
    "input": "{{sample.output_text}}",
    "reference": "{{item.label}}",
    "operation": "eq",
}
SCHEMA = {"name": "label", "schema": {"type": "object", "properties": {"a": {}}, "additionalProperties": False}}
FORMAT = json.dumps({"type": "json_schema", "json_schema": SCHEMA})
READS_SCHEMA = IS_RIGHT.replace("output_text", "output_json.a")

ACCEPTED: list[tuple[str, Mapping[str, Any]]] = [
    ("model: gpt-4.1-mini-2025-04-14.ft-abc", {"model": "gpt-4.1-mini-2025-04-14.ft-abc"}),
    ("model: x", {"model": "x"}),
    ("method: sft", {"method": "sft"}),
    ("method: dpo", {"method": "dpo"}),
    (f"method: rft\ngrader: {IS_RIGHT}", {"method": "rft", "grader": GRADER}),
    (f"grader: {IS_RIGHT}", {"grader": GRADER}),
    ("hyperparameters: {beta: 0.1}", {"hyperparameters": {"beta": 0.1}}),
    ("hyperparameters: {reasoning_effort: high}", {"hyperparameters": {"reasoning_effort": "high"}}),
    ("hyperparameters: {compute_multiplier: 1.5}", {"hyperparameters": {"compute_multiplier": 1.5}}),
    (
        "hyperparameters: {eval_interval: 5, eval_samples: 10}",
        {"hyperparameters": {"eval_interval": 5, "eval_samples": 10}},
    ),
    (f"response_format: {FORMAT}", {"response_format": {"type": "json_schema", "json_schema": SCHEMA}}),
    ("allow: [grader, response_format]", {"allow": ("grader", "response_format")}),
    ("training_type: data_zone", {"training_type": "data_zone"}),
    ("hyperparameters: {n_epochs: 50}", {"hyperparameters": {"n_epochs": 50}}),
    ("hyperparameters: {batch_size: 1}", {"hyperparameters": {"batch_size": 1}}),
    ("hyperparameters: {learning_rate_multiplier: 10}", {"hyperparameters": {"learning_rate_multiplier": 10.0}}),
    ("hyperparameters: {n_epochs: auto}", {}),
    ("seed: 0", {"seed": 0}),
    ("seed: null", {}),
    ("data: {system_prompt: You help.}", {"data": {"system_prompt": "You help."}}),
    ("data: {system_prompt: x}", {"data": {"system_prompt": "x"}}),
    ("data: {keep: {}}", {"data": {"keep": {}}}),
    ("data: {keep: {verbosity: '< 2.5'}}", {"data": {"keep": {"verbosity": "< 2.5"}}}),
    ("data: {split: {validation: 0.4, test: 0.4}}", {"data": {"split": {"validation": 0.4, "test": 0.4}}}),
    ("data: {bad_rows: {reject_file_above: 1}}", {"data": {"bad_rows": {"reject_file_above": 1.0}}}),
    ("data: {format: alpaca}", {"data": {"format": "alpaca"}}),
    ("data: {rules: {120: warning, '37': off}}", {"data": {"rules": {120: "warning", 37: "off"}}}),
    ("data: {scan: false}", {"data": {"scan": False}}),
    ("data: {tokens: exact}", {"data": {"tokens": "exact"}}),
    ("data: {languages: [en, de]}", {"data": {"languages": ("en", "de")}}),
    ("data: {min_margin: 0}", {"data": {"min_margin": 0.0}}),
    ("data: {reasoning: reject}", {"data": {"reasoning": "reject"}}),
    ("data: {near_duplicates: remove}", {"data": {"near_duplicates": "remove"}}),
    ("data: {origin: {licence: CC-BY-4.0}}", {"data": {"origin": {"licence": "CC-BY-4.0"}}}),
    ("data: {benchmarks: [gsm8k]}", {"data": {"benchmarks": ("gsm8k",)}}),
    ("budget: {ask_above_usd: 0, stop_above_usd: 0}", {"budget": {"ask_above_usd": 0.0, "stop_above_usd": 0.0}}),
    ("training_gate: {max_validation_loss: 1.2}", {"training_gate": {"max_validation_loss": 1.2}}),
    ("training_gate: {max_overfit_ratio: 0.9}", {"training_gate": {"max_overfit_ratio": 0.9}}),
    ("training_gate: {max_validation_loss: 0.1}", {"training_gate": {"max_validation_loss": 0.1}}),
    ("deployment: {capacity: 1}", {"deployment": {"capacity": 1}}),
    ("deployment: {capacity: 1000}", {"deployment": {"capacity": 1000}}),
    ("allow: [training_gate]", {"allow": ("training_gate",)}),
    ("allow: []", {"allow": ()}),
]


@pytest.mark.parametrize(("text", "differs"), ACCEPTED)
def test_a_key_changes_its_value_and_no_other(text: str, differs: Mapping[str, Any]) -> None:
    recipe = parse_recipe(text, "recipes/support.yaml")
    assert recipe.model_dump(exclude_defaults=True) == differs


NUMBER_OF_EPOCHS = "auto or a whole number from 1 to 50"
COMPARISON = 'a comparison in quotes, such as ">=3"'
SCORES = "(known: helpfulness, correctness, coherence, complexity, verbosity)"
DATA_OPTIONS = (
    "(known: system_prompt, keep, split, bad_rows, format, rules, scan, tokens, languages, min_margin, reasoning, "
    "benchmarks, near_duplicates, origin)"
)
HYPERPARAMETERS = (
    "(known: n_epochs, batch_size, learning_rate_multiplier, beta, reasoning_effort, compute_multiplier, "
    "eval_interval, eval_samples)"
)

REFUSED = [
    ("modle: gpt-4.1", f"modle: unknown key; did you mean 'model'? {KNOWN}"),
    ("<<: {model: x}", f"<<: unknown key {KNOWN}"),
    ("model: ''", "model: found ''; expected text that is not empty"),
    ("model: 4.1", "model: found 4.1; expected text that is not empty"),
    ("model:", "model: found nothing; expected text that is not empty"),
    ("method: kto", "method: found 'kto'; expected auto, sft, dpo or rft"),
    ("training_type: fast", "training_type: found 'fast'; expected standard, data_zone, global or developer"),
    ("hyperparameters:", "hyperparameters: found nothing; expected keys and values"),
    (
        "hyperparameters: {epochs: 3}",
        f"hyperparameters.epochs: unknown key; did you mean 'n_epochs'? {HYPERPARAMETERS}",
    ),
    ("hyperparameters: {n_epochs: 0}", f"hyperparameters.n_epochs: found 0; expected {NUMBER_OF_EPOCHS}"),
    ("hyperparameters: {n_epochs: 51}", f"hyperparameters.n_epochs: found 51; expected {NUMBER_OF_EPOCHS}"),
    ("hyperparameters: {n_epochs: 2.5}", f"hyperparameters.n_epochs: found 2.5; expected {NUMBER_OF_EPOCHS}"),
    ("hyperparameters: {n_epochs: '3'}", f"hyperparameters.n_epochs: found '3'; expected {NUMBER_OF_EPOCHS}"),
    ("hyperparameters: {n_epochs: yes}", f"hyperparameters.n_epochs: found 'yes'; expected {NUMBER_OF_EPOCHS}"),
    ("hyperparameters: {n_epochs: true}", f"hyperparameters.n_epochs: found true; expected {NUMBER_OF_EPOCHS}"),
    ("hyperparameters: {n_epochs: null}", f"hyperparameters.n_epochs: found nothing; expected {NUMBER_OF_EPOCHS}"),
    (
        "hyperparameters: {batch_size: 300}",
        "hyperparameters.batch_size: found 300; expected auto or a whole number from 1 to 256",
    ),
    (
        "hyperparameters: {learning_rate_multiplier: 0}",
        "hyperparameters.learning_rate_multiplier: found 0; expected auto or a number above 0 and up to 10",
    ),
    (
        "hyperparameters: {beta: 0}",
        "hyperparameters.beta: found 0; expected auto or a number above 0 and up to 10",
    ),
    (
        "hyperparameters: {reasoning_effort: auto}",
        "hyperparameters.reasoning_effort: found 'auto'; expected default, low, medium or high",
    ),
    (
        "hyperparameters: {eval_samples: 0}",
        "hyperparameters.eval_samples: found 0; expected auto or a whole number, 1 or more",
    ),
    ("grader: right", "grader: found 'right'; expected keys and values"),
    ("response_format: text", "response_format: found 'text'; expected keys and values"),
    ("seed: -1", "seed: found -1; expected a whole number, 0 or more"),
    ("seed: 1.5", "seed: found 1.5; expected a whole number, 0 or more"),
    ("data: {system_prompt: ''}", "data.system_prompt: found ''; expected text that is not empty"),
    (
        "data: {system_promt: x}",
        f"data.system_promt: unknown key; did you mean 'system_prompt'? {DATA_OPTIONS}",
    ),
    ("data: {keep: [helpfulness]}", "data.keep: found a list; expected keys and values"),
    ("data: {keep: {helpfull: '>=3'}}", f"data.keep.helpfull: unknown key; did you mean 'helpfulness'? {SCORES}"),
    ("data: {keep: {helpfull: 3}}", f"data.keep.helpfull: unknown key; did you mean 'helpfulness'? {SCORES}"),
    ("data: {keep: {helpfulness: 3}}", f"data.keep.helpfulness: found 3; expected {COMPARISON}"),
    ("data: {keep: {helpfulness: null}}", f"data.keep.helpfulness: found nothing; expected {COMPARISON}"),
    ("data: {keep: {helpfulness: high}}", f"data.keep.helpfulness: found 'high'; expected {COMPARISON}"),
    ("data: {keep: {helpfulness: '=>3'}}", f"data.keep.helpfulness: found '=>3'; expected {COMPARISON}"),
    ("data: {keep: {helpfulness: '>=3 <5'}}", f"data.keep.helpfulness: found '>=3 <5'; expected {COMPARISON}"),
    ("data: {keep: {helpfulness: '>=٣'}}", f"data.keep.helpfulness: found '>=٣'; expected {COMPARISON}"),
    ("data: {split: {validation: 10%}}", "data.split.validation: found '10%'; expected a number from 0 to 1"),
    ("data: {split: {test: 1.01}}", "data.split.test: found 1.01; expected a number from 0 to 1"),
    (
        "data: {bad_rows: {reject_file_above: -0.1}}",
        "data.bad_rows.reject_file_above: found -0.1; expected a number from 0 to 1",
    ),
    ("data: {format: ''}", "data.format: found ''; expected text that is not empty"),
    ("data: {rules: {one: off}}", "data.rules.one: found the key 'one'; expected a rule's number, such as 120"),
    ("data: {rules: {0: off}}", "data.rules.0: found the key '0'; expected a rule's number, such as 120"),
    ("data: {rules: {1000: off}}", "data.rules.1000: found the key '1000'; expected a rule's number, such as 120"),
    ("data: {rules: {37: error}}", "data.rules.37: found 'error'; expected off, info, warning or reject"),
    ("data: {rules: {37: true}}", "data.rules.37: found true; expected off, info, warning or reject"),
    ("data: {scan: yes}", "data.scan: found 'yes'; expected true or false"),
    ("data: {tokens: all}", "data.tokens: found 'all'; expected auto or exact"),
    (
        "data: {languages: en}",
        "data.languages: found 'en'; expected a list of a language code of two letters, such as en",
    ),
    (
        "data: {languages: [en, English]}",
        "data.languages.1: found 'English'; expected a language code of two letters, such as en",
    ),
    ("data: {min_margin: -1}", "data.min_margin: found -1; expected a number, 0 or more"),
    ("data: {reasoning: keep}", "data.reasoning: found 'keep'; expected drop or reject"),
    (
        "data: {origin: {license: MIT}}",
        "data.origin.license: unknown key; did you mean 'licence'? (known: source, licence, owner)",
    ),
    ("data: {near_duplicates: keep}", "data.near_duplicates: found 'keep'; expected report or remove"),
    ("budget: {stop_above_usd: $5}", "budget.stop_above_usd: found '$5'; expected a number, 0 or more"),
    ("budget: {stop_above_usd: -5}", "budget.stop_above_usd: found -5; expected a number, 0 or more"),
    ("budget: {stop_above_usd: .inf}", "budget.stop_above_usd: found '.inf'; expected a number, 0 or more"),
    ("training_gate: {max_overfit_ratio: 0}", "training_gate.max_overfit_ratio: found 0; expected a number above 0"),
    (
        "training_gate: {max_overfit_ratio: .nan}",
        "training_gate.max_overfit_ratio: found '.nan'; expected a number above 0",
    ),
    ("deployment: {tier: standard}", "deployment.tier: found 'standard'; expected developer"),
    ("deployment: {capacity: 0}", "deployment.capacity: found 0; expected a whole number from 1 to 1,000"),
    ("deployment: {capacity: 1001}", "deployment.capacity: found 1001; expected a whole number from 1 to 1,000"),
    (
        "allow: data",
        "allow: found 'data'; expected a list of hyperparameters, seed, grader, response_format, data or training_gate",
    ),
    (
        "allow: [model]",
        "allow.0: found 'model'; expected hyperparameters, seed, grader, response_format, data or training_gate",
    ),
]

REFUSED_BY_THE_SERVICE_ONLY = [
    ("hyperparameters: {n_epochs: 3.0}", f"hyperparameters.n_epochs: found 3.0; expected {NUMBER_OF_EPOCHS}"),
    ('data: {keep: {helpfulness: ">=3\\n"}}', f"data.keep.helpfulness: found '>=3\\n'; expected {COMPARISON}"),
    ("budget: {stop_above_usd: 1e400}", "budget.stop_above_usd: found inf; expected a number, 0 or more"),
    (
        "data: {split: {validation: 0.5, test: 0.31}}",
        "data.split: validation and test together hold back 0.81; at most 0.8 may be",
    ),
    ("budget: {ask_above_usd: 10, stop_above_usd: 5}", "budget: stop_above_usd is 5, below ask_above_usd of 10"),
    ("method: rft", "grader: found nothing; rft needs one, which says what is rewarded"),
    ("method: sft\nhyperparameters: {beta: 0.1}", "hyperparameters.beta: sft does not know it; leave it out"),
    (
        "method: dpo\nhyperparameters: {eval_samples: 3}",
        "hyperparameters.eval_samples: dpo does not know it; leave it out",
    ),
    (f"method: dpo\ngrader: {IS_RIGHT}", "grader: dpo does not know it; leave it out"),
    (f"method: sft\nresponse_format: {FORMAT}", "response_format: sft does not know it; leave it out"),
    (
        f"response_format: {FORMAT}\ngrader: {READS_SCHEMA.replace('.a}', '.b}')}",
        "grader: reads sample.output_json.b, which the schema of response_format does not have",
    ),
    ("budget: {stop_above_usd: 10}", "budget: stop_above_usd is 10, below ask_above_usd of 25"),
]
"""What a JSON Schema cannot say, or says otherwise."""


@pytest.mark.parametrize(("text", "fault"), REFUSED + REFUSED_BY_THE_SERVICE_ONLY)
def test_a_fault_names_the_file_the_key_and_what_may_stand_there(text: str, fault: str) -> None:
    assert faults_of(text) == (f"recipes/support.yaml: {fault}",)


def test_all_faults_are_named_at_once() -> None:
    assert faults_of("model: 3\nmethod: kto\ndata: {split: {test: 2}}\ncolour: red") == (
        "recipes/support.yaml: model: found 3; expected text that is not empty",
        "recipes/support.yaml: method: found 'kto'; expected auto, sft, dpo or rft",
        "recipes/support.yaml: data.split.test: found 2; expected a number from 0 to 1",
        f"recipes/support.yaml: colour: unknown key {KNOWN}",
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("model: gpt-4.1\nmodel: gpt-4.1-nano", "line 2, column 1: the key 'model' is given twice"),
        ("- model", "line 1, column 1: found ['model']; expected keys and values"),
        ("a: &a [x]\nb: *a", "line 1, column 4: anchors (&) and aliases (*) are not taken; write the value out"),
        ("#" * 400_000, "400,000 characters; at most 327,680 are read"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(text: str, fault: str) -> None:
    assert faults_of(text) == (f"recipes/support.yaml: {fault}",)


@pytest.mark.parametrize("text", [text for text, _ in ACCEPTED])
def test_an_editor_accepts_what_the_service_accepts(text: str) -> None:
    recipe = parse_recipe(text, "recipes/support.yaml")
    document = json.loads(recipe.model_dump_json(exclude_defaults=True))
    jsonschema.Draft202012Validator(json.loads(recipe_schema())).validate(document)


@pytest.mark.parametrize("text", [text for text, _ in REFUSED])
def test_an_editor_refuses_what_the_service_refuses(text: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(recipe_schema()))
    assert not validator.is_valid(read_mapping(text))


def test_a_stored_recipe_is_read_back_as_it_was() -> None:
    for text, _ in ACCEPTED:
        recipe = parse_recipe(text, "recipes/support.yaml")
        assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


OWN = "support/autumn/recipe.yaml"


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("", {}),
        ("seed: 4", {"seed": 4}),
        ("hyperparameters: {batch_size: 8}", {"hyperparameters": {"n_epochs": 5, "batch_size": 8}}),
        ("data: {split: {test: 0.2}}", {"data": {"system_prompt": "You help.", "split": {"test": 0.2}}}),
        ("data: {keep: {verbosity: '<3'}}", {"data": {"system_prompt": "You help.", "keep": {"verbosity": "<3"}}}),
    ],
)
def test_a_set_changes_what_it_names_and_keeps_the_rest(text: str, differs: Mapping[str, Any]) -> None:
    base = parse_recipe("hyperparameters: {n_epochs: 5}\ndata: {system_prompt: You help.}", "recipes/support.yaml")
    kept = base.model_dump(exclude_defaults=True)
    assert override(base, text, OWN).model_dump(exclude_defaults=True) == {**kept, **differs}


def test_a_sets_own_grader_replaces_the_recipes_as_one() -> None:
    base = parse_recipe(f"allow: [grader]\nresponse_format: {FORMAT}\ngrader: {READS_SCHEMA}", "recipes/support.yaml")
    own = override(base, f"grader: {IS_RIGHT}", OWN)
    assert own.model_dump(exclude_defaults=True)["grader"] == GRADER
    assert own.response_format == base.response_format


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("sft", {"n_epochs": 2}),
        ("dpo", {"n_epochs": 2, "beta": 0.5}),
        ("rft", {"n_epochs": 2, "reasoning_effort": "low", "eval_samples": 3}),
    ],
)
def test_a_method_is_told_its_own_hyperparameters_and_none_that_the_service_chooses(
    method: Method, sent: Mapping[str, object]
) -> None:
    wishes = Hyperparameters(n_epochs=2, beta=0.5, reasoning_effort="low", eval_samples=3)
    assert chosen(wishes, method) == sent


def test_what_a_method_does_not_know_is_named_once_the_method_is() -> None:
    recipe = parse_recipe(f"hyperparameters: {{beta: 1, eval_interval: 2}}\ngrader: {IS_RIGHT}", "recipes/support.yaml")
    assert misfits(recipe, "sft") == [
        "hyperparameters.beta: sft does not know it; leave it out",
        "hyperparameters.eval_interval: sft does not know it; leave it out",
        "grader: sft does not know it; leave it out",
    ]
    assert misfits(recipe, "rft") == ["hyperparameters.beta: rft does not know it; leave it out"]
    assert misfits(Recipe(), "sft") == misfits(Recipe(), "dpo") == []


def test_a_set_changes_one_rule_and_keeps_the_others() -> None:
    base = parse_recipe("data: {rules: {37: warning, 120: off}}", "recipes/support.yaml")
    assert override(base, "data: {rules: {37: info}}", OWN).data.rules == {37: "info", 120: "off"}


def overriding(base: str, text: str) -> tuple[str, ...]:
    with pytest.raises(RecipeInvalid) as refusal:
        override(parse_recipe(base, "recipes/support.yaml"), text, OWN)
    return refusal.value.faults


@pytest.mark.parametrize(
    "key", ["model", "method", "training_type", "budget", "grader", "training_gate", "deployment", "allow", "colour"]
)
def test_a_set_may_change_only_what_the_recipe_allows(key: str) -> None:
    assert overriding("", f"{key}: anything") == (
        f"{OWN}: {key}: may not be changed here; allowed: hyperparameters, seed, data",
    )


def test_a_recipe_may_allow_more_or_nothing() -> None:
    base = parse_recipe("allow: [training_gate]", "recipes/support.yaml")
    assert override(base, "training_gate: {max_overfit_ratio: 2}", OWN).training_gate.max_overfit_ratio == 2
    assert overriding("allow: []", "seed: 4") == (f"{OWN}: seed: may not be changed here; allowed: nothing",)


def test_a_fault_in_a_sets_own_recipe_names_that_file() -> None:
    assert overriding("", "seed: four") == (f"{OWN}: seed: found 'four'; expected a whole number, 0 or more",)
    assert overriding("", "seed: [") == (
        f"{OWN}: line 1, column 8: not YAML: expected the node content, but found '<stream end>'",
    )
    assert overriding("data: {split: {validation: 0.5}}", "data: {split: {test: 0.5}}") == (
        f"{OWN}: data.split: validation and test together hold back 1; at most 0.8 may be",
    )
