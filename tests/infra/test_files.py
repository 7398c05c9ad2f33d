"""Each file by itself: readable to the grammar, described, bounded, and ours."""

import re
from pathlib import Path

import pytest

from tests.infra.bicep.syntax import Declaration, declarations, faults, parsed, parts, text_of
from tests.infra.deployments import ENVIRONMENTS, INFRA, MAIN, MODULES, deployed

FILES = [MAIN, *MODULES]
PARAMETER_FILES = sorted(INFRA.glob("*.bicepparam"))
LIMITS = ("minValue", "maxValue", "minLength", "maxLength")
PARAMETERS = [(path, one) for path in FILES for one in declarations(parsed(path)) if one.kind == "parameter"]


def name(value: object) -> str | None:
    return value.name if isinstance(value, Path | Declaration) else None


def has_default(one: Declaration) -> bool:
    return len(parts(one.node)) > 2


@pytest.mark.parametrize("path", [*FILES, *PARAMETER_FILES], ids=name)
def test_a_file_is_bicep(path: Path) -> None:
    assert list(faults(parsed(path))) == []


def test_a_fault_is_seen(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bicep"
    broken.write_text("param location string\nresource a 'b' = {\n  name: \n", encoding="utf-8")
    assert list(faults(parsed(broken))) != []


@pytest.mark.parametrize(("path", "one"), PARAMETERS, ids=name)
def test_a_parameter_is_described_and_says_whether_it_is_needed(path: Path, one: Declaration) -> None:
    del path
    [words] = one.decorators["description"]
    assert text_of(words).startswith("'Optional. " if has_default(one) else "'Required. ")


@pytest.mark.parametrize(("path", "one"), PARAMETERS, ids=name)
def test_a_number_has_bounds(path: Path, one: Declaration) -> None:
    if text_of(parts(one.node)[1]) == "int":
        most = {"maxValue"} if path == MAIN else set()
        assert {"minValue", *most} <= set(one.decorators) or "allowed" in one.decorators


@pytest.mark.parametrize(("path", "one"), PARAMETERS, ids=name)
def test_nothing_but_the_webhook_is_a_secret_and_it_is_one_everywhere(path: Path, one: Declaration) -> None:
    del path
    assert ("secure" in one.decorators) == (one.name == "teamsWebhookUrl")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^metadata name = '", text, re.MULTILINE)
    assert re.search(r"^metadata description = '", text, re.MULTILINE)


def test_modules_are_files_of_ours_and_every_one_is_used() -> None:
    used = [
        (path.parent / text_of(parts(one.node)[1]).strip("'")).resolve()
        for path in FILES
        for one in declarations(parsed(path))
        if one.kind == "module"
    ]
    assert set(used) == set(MODULES)


def test_every_parameter_file_is_for_the_whole_service() -> None:
    assert [path.stem for path in PARAMETER_FILES] == ["production", "trial"]
    for path in PARAMETER_FILES:
        assert path.read_text(encoding="utf-8").startswith("using 'main.bicep'\n")


@pytest.mark.parametrize("path", PARAMETER_FILES, ids=name)
def test_a_parameter_file_gives_what_has_no_default_and_nothing_unknown(path: Path) -> None:
    given = set(re.findall(r"^param (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    known = {one.name: has_default(one) for one in declarations(parsed(MAIN)) if one.kind == "parameter"}
    assert {each for each, is_optional in known.items() if not is_optional} <= given <= set(known)


@pytest.mark.parametrize("environment", [*ENVIRONMENTS, "whole"])
@pytest.mark.parametrize("one", [one for path, one in PARAMETERS if path == MAIN], ids=name)
def test_a_value_lies_within_its_bounds(environment: str, one: Declaration) -> None:
    value = deployed(environment).value(one.name)
    bounds = {kind: int(text_of(one.decorators[kind][0])) for kind in LIMITS if kind in one.decorators}
    for kind, limit in bounds.items():
        size = len(value) if "Length" in kind else value
        assert limit <= size if kind.startswith("min") else size <= limit
    if "allowed" in one.decorators:
        assert str(value) in [text_of(each).strip("'") for each in parts(one.decorators["allowed"][0])]
