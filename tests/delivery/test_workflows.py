"""The pipelines as trees: what they run is there, what they may do is little, and both do the same."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.delivery.licences import CHECKOUT

type Node = Any

GITHUB = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
PIPELINES = [CHECKOUT / "azure-pipelines.yml", *sorted((CHECKOUT / ".azure-pipelines").glob("*.yml"))]
PUBLISHERS = {"actions", "azure"}
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
CALL = re.compile(r"\bmake ([a-z]+)")
PINNED = re.compile(r"uses: ([\w-]+)/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
ENVIRONMENT = re.compile(r"readEnvironmentVariable\('(\w+)'")


def tree(path: Path) -> dict[str, Node]:
    return cast("dict[str, Node]", yaml.load(path.read_text("utf-8"), yaml.BaseLoader))


def github(name: str) -> dict[str, Node]:
    return tree(CHECKOUT / ".github" / "workflows" / f"{name}.yml")


def nodes(node: Node) -> Iterator[Mapping[str, Node]]:
    """Every mapping of a tree."""
    if isinstance(node, Mapping):
        yield node
    for child in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
        yield from nodes(child)


def called(paths: list[Path]) -> list[str]:
    return [target for path in paths for target in CALL.findall(re.sub(r"#.*", "", path.read_text("utf-8")))]


def read_by_parameters() -> set[str]:
    text = "".join(path.read_text("utf-8") for path in (CHECKOUT / "infra").glob("*.bicepparam"))
    return set(ENVIRONMENT.findall(text)) - {"AZURE_PRINCIPAL_ID"}  # azd's own: whoever tries it out


def test_every_target_that_a_pipeline_makes_is_in_the_makefile() -> None:
    targets = set(TARGET.findall((CHECKOUT / "Makefile").read_text("utf-8")))
    assert set(called(GITHUB)) <= targets
    assert len(GITHUB) == 3


def test_both_pipelines_make_the_same() -> None:
    wanted = {"check", "bicep", "psrule", "package", "audit", "sbom", "whatif", "provision", "deploy"}
    assert set(called(GITHUB)) == set(called(PIPELINES)) == wanted


def test_every_action_is_pinned_by_a_commit_and_comes_from_a_known_publisher() -> None:
    lines = [line.strip(" -") for path in GITHUB for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    foreign = [line for line in lines if not line.startswith("uses: ./")]
    assert [line for line in foreign if not PINNED.fullmatch(line)] == []
    assert {match[1] for line in foreign if (match := PINNED.fullmatch(line))} == PUBLISHERS


def test_an_action_has_one_version_everywhere() -> None:
    used = {each["uses"] for path in GITHUB for each in nodes(tree(path)) if "uses" in each}
    names = [each.split("@")[0] for each in used]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.stem)
def test_a_workflow_may_nothing_that_a_job_does_not_ask_for(path: Path) -> None:
    workflow = tree(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    asked = [job["permissions"] for job in workflow["jobs"].values() if "permissions" in job]
    assert [each for each in asked if not each.items() <= {"contents": "read", "id-token": "write"}.items()] == []


def test_only_what_reaches_azure_may_ask_for_a_token() -> None:
    asking = {
        (path.stem, name)
        for path in GITHUB
        for name, job in tree(path)["jobs"].items()
        if "id-token" in job.get("permissions", {})
    }
    deploying = {("deploy", name) for name in ("staging", "preview", "production")}
    assert asking == {*deploying, ("environment", "environment")}


def test_what_strangers_propose_is_checked_without_a_secret() -> None:
    assert [path.stem for path in GITHUB if "pull_request" in tree(path)["on"]] == ["check"]
    assert "secrets." not in (CHECKOUT / ".github" / "workflows" / "check.yml").read_text("utf-8")
    assert "pull_request_target" not in "".join(path.read_text("utf-8") for path in GITHUB)


def test_no_password_is_kept_anywhere() -> None:
    text = "".join(path.read_text("utf-8") for path in (*GITHUB, *PIPELINES))
    secrets = set(re.findall(r"secrets\.(\w+)", text))
    assert secrets == {"TEAMS_WEBHOOK_URL", "STAGING_TEAMS_WEBHOOK_URL", "PRODUCTION_TEAMS_WEBHOOK_URL"}
    [login] = [each for each in nodes(github("environment")) if "azure/login" in str(each.get("uses"))]
    assert set(login["with"]) == {"client-id", "tenant-id", "subscription-id"}


def test_nothing_is_left_behind_for_later_steps_to_push_with() -> None:
    checkouts = [each for path in GITHUB for each in nodes(tree(path)) if "actions/checkout" in str(each.get("uses"))]
    checkouts += [{"with": each} for path in PIPELINES for each in nodes(tree(path)) if "checkout" in each]
    assert len(checkouts) >= 4
    for each in checkouts:
        assert "false" in (each["with"].get("persist-credentials"), each["with"].get("persistCredentials"))


def test_production_comes_after_staging_and_after_its_preview() -> None:
    jobs = github("deploy")["jobs"]
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("check", None),
        ("staging", "check"),
        ("preview", "staging"),
        ("production", "preview"),
    ]
    stages = tree(CHECKOUT / "azure-pipelines.yml")["stages"]
    assert [(each["stage"], each.get("dependsOn")) for each in stages] == [
        (name, job.get("needs")) for name, job in jobs.items()
    ]


def test_each_deployment_has_an_environment_where_its_approval_is_set() -> None:
    jobs = github("deploy")["jobs"]
    asked = {name: (job["with"]["environment"], job["with"]["act"]) for name, job in jobs.items() if "with" in job}
    assert asked == {
        "staging": ("staging", "deploy"),
        "preview": ("production-preview", "preview"),
        "production": ("production", "deploy"),
    }
    templates = [each for each in nodes(tree(CHECKOUT / "azure-pipelines.yml")) if "environment.yml" in str(each)]
    given = [each["parameters"] for each in templates if "parameters" in each]
    assert {(each["environment"].removeprefix("tunedrop-"), each["act"]) for each in given} == set(asked.values())
    assert github("environment")["jobs"]["environment"]["environment"] == "${{ inputs.environment }}"


def test_two_deployments_of_one_environment_wait_for_each_other() -> None:
    job = github("environment")["jobs"]["environment"]
    assert job["concurrency"] == {"group": "${{ inputs.environment }}", "cancel-in-progress": "false"}


def test_every_value_that_the_parameters_read_is_handed_to_them() -> None:
    wanted = read_by_parameters()
    own = {"PARAMETERS", "ACT"}
    given = [
        each[key]
        for path in (*GITHUB, *PIPELINES)
        for each in nodes(tree(path))
        for key in ("env", "variables")
        if "AZURE_ENV_NAME" in str(each.get(key)) and isinstance(each[key], Mapping)
    ]
    assert len(given) == 4
    for names in given:
        assert set(names) - own == wanted
