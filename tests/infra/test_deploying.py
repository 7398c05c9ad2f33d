"""docs/deploying.md, against the files that it is about."""

import re

from tests.infra.deployments import CHECKOUT, ENVIRONMENTS, INFRA
from tests.infra.parameter_table import table

PAGE = (CHECKOUT / "docs" / "deploying.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_parameters_are_those_of_the_template() -> None:
    assert section("Parameters").strip() == table(), "write it anew: python -m tests.infra.parameter_table"


def test_every_variable_that_production_reads_is_told() -> None:
    read = re.findall(
        r"readEnvironmentVariable\('(\w+)'\)", (INFRA / "production.bicepparam").read_text(encoding="utf-8")
    )
    assert re.findall(r"^\| `(\w+)` \|", section("For production"), re.MULTILINE) == list(dict.fromkeys(read))
    assert set(read) == set(ENVIRONMENTS["production"])


def test_every_target_of_make_and_every_page_that_it_names_is_there() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    for line in re.findall(r"\bmake ((?:[a-z]+ ?)+)", PAGE):
        for target in line.split():
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for link in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (CHECKOUT / "docs" / link).exists(), link


def test_outputs_that_it_names_are_made() -> None:
    outputs = re.findall(r"^output (\w+)", (INFRA / "main.bicep").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"DATASETS_URL", "PAGES_URL", "IDENTITY_PRINCIPAL_ID"} <= set(outputs)
