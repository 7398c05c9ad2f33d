"""Who may do what: no less than the code asks for, and no more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import azure.functions as func
import pytest
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient

from functions import intake, steps
from shared.adapters.service_bus import INTAKE
from shared.core.stages import Step
from tests.infra.bicep.deployment import Deployment
from tests.infra.deployments import CHECKOUT, ENVIRONMENTS, deployed, made

ADAPTERS = CHECKOUT / "shared" / "adapters"
NAMES = [*ENVIRONMENTS, "whole"]
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/"
READ, WRITE, ADD, DELETE, TAGS = "read", "write", "add/action", "delete", "tags/read"

ROLES = {  #: Azure built-in roles, Microsoft Learn, 2026: id, and the data actions on blobs
    "Storage Blob Data Owner": ("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", {READ, WRITE, ADD, DELETE, TAGS, "*"}),
    "Storage Blob Data Contributor": (
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        {READ, WRITE, ADD, DELETE, "move/action"},
    ),
    "Storage Blob Data Reader": ("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", {READ}),
    "Storage Table Data Contributor": ("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", set[str]()),
    "Azure Service Bus Data Sender": ("69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", set[str]()),
    "Azure Service Bus Data Receiver": ("4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", set[str]()),
    "Key Vault Secrets User": ("4633458b-17de-408a-b874-0445c86b69e6", set[str]()),
    "Monitoring Metrics Publisher": ("3913510d-42f4-4e42-8a64-420c390055eb", set[str]()),
    "Monitoring Reader": ("43d0d8ad-25c7-4714-9337-8ba259a9fe05", set[str]()),
    "Foundry User": ("53ca6127-db72-4b80-b1b0-d745d6d5456d", set[str]()),
}
QUEUES = ["intake", *(step.value for step in Step)]
GRANTED = {  #: who, on what, as what: all that there is
    ("app", "containers/datasets", "Storage Blob Data Reader"),
    ("app", "containers/recipes", "Storage Blob Data Reader"),
    ("app", "containers/recipes", "recipe founder"),
    ("app", "containers/runs", "Storage Blob Data Contributor"),
    ("app", "storageAccounts/host", "Storage Blob Data Owner"),
    ("app", "storageAccounts/host", "Storage Table Data Contributor"),
    ("app", "components/insights", "Monitoring Metrics Publisher"),
    ("app", "accounts/foundry", "Foundry User"),
    ("app", "accounts/foundry", "model deployer"),
    *{("app", f"queues/{queue}", "Azure Service Bus Data Receiver") for queue in QUEUES},
    *{("app", f"queues/{queue}", "Azure Service Bus Data Sender") for queue in QUEUES},
    ("events", "queues/intake", "Azure Service Bus Data Sender"),
    ("events", "containers/undelivered-events", "Storage Blob Data Contributor"),
}
PEOPLE = {  #: docs/replaying.md says what operators need
    ("uploaders", "containers/datasets", "Storage Blob Data Contributor"),
    ("authors", "containers/recipes", "Storage Blob Data Contributor"),
    ("operators", "containers/datasets", "Storage Blob Data Reader"),
    ("operators", "containers/recipes", "Storage Blob Data Reader"),
    ("operators", "containers/runs", "Storage Blob Data Contributor"),
    ("operators", "namespaces/bus", "Azure Service Bus Data Receiver"),
    ("operators", "namespaces/bus", "Azure Service Bus Data Sender"),
    ("operators", "resourceGroups/group", "Monitoring Reader"),
}
ME = {("me", scope, role) for _, scope, role in PEOPLE}  #: whoever tries it out is all of them
ONLY_IF = {
    "trial": ME,
    "production": {
        *PEOPLE,
        ("app", "secrets/teams-webhook-url", "Key Vault Secrets User"),
        ("app", "containers/datasets", "scan verdict reader"),
    },
    "whole": {*ME, ("app", "containers/datasets", "scan verdict reader")},
}

ASKS = {  #: what each call of the storage SDK takes (Microsoft Learn, Permissions for Blob service operations, 2026)
    "commit_block_list": {WRITE},
    "delete_blob": {DELETE},
    "download_blob": {READ},
    "exists": {READ},
    "get_blob_client": set[str](),
    "get_blob_properties": {READ},
    "get_blob_tags": {TAGS},
    "get_container_client": set[str](),
    "list_blobs": {READ},
    "stage_block": {WRITE},
    "upload_blob": {WRITE, ADD},
    "walk_blobs": {READ},
}
ADDS = {"add_recipe": {"upload_blob": {ADD}}}  #: where a call asks for less: it never overwrites
WHERE = {  #: the container that each adapter works in; of one that has two, by function
    "blob_catalogue.py": {"": "recipes"},
    "blob_datasets.py": {"": "datasets", "recipe": "recipes", "read_text": "recipes", "add_recipe": "recipes"},
    "blob_files.py": {"": "runs"},
    "blob_runs.py": {"": "runs"},
    "defender_scans.py": {"": "datasets"},
}
ARM = {  #: what each call of the ARM SDK takes
    "deployments.get": "Microsoft.CognitiveServices/accounts/deployments/read",
    "deployments.begin_create_or_update": "Microsoft.CognitiveServices/accounts/deployments/write",
    "deployments.begin_delete": "Microsoft.CognitiveServices/accounts/deployments/delete",
    "accounts.list_models": "Microsoft.CognitiveServices/accounts/models/read",
}


def grants(deployment: Deployment) -> set[tuple[str, str, str]]:
    """Every role assignment, with names for ids."""
    names = {identity: name for name, (identity, _) in ROLES.items()} | own_roles(deployment)
    who = {
        output: name
        for name in ("app", "events")
        for output in [deployment.value("identity").outputs[f"{name}PrincipalId"]]
    }
    found = made(deployment, "Microsoft.Authorization/roleAssignments")
    return {
        (
            who.get(one.properties["principalId"], one.properties["principalId"]),
            scope_of(one.id),
            names[one.properties["roleDefinitionId"].rsplit("/", 1)[1]],
        )
        for one in found
    }


def own_roles(deployment: Deployment) -> dict[str, str]:
    """The names of the roles that we define, without the installation's own part."""
    defined = made(deployment, "Microsoft.Authorization/roleDefinitions")
    return {one.name: re.sub(r"Tunedrop (.*) \(.*\)", r"\1", one.properties["roleName"]) for one in defined}


NAMES_OF = {  #: what names of resources begin with, and the words of the tables for them
    "tunehost": "host",
    "appi-": "insights",
    "foundry-": "foundry",
    "company": "foundry",
    "sb-": "bus",
    "rg-": "group",
}


def scope_of(assignment: str) -> str:
    kind, name = assignment.rsplit("/providers/", 1)[0].split("/")[-2:]
    return f"{kind}/{next((word for start, word in NAMES_OF.items() if name.startswith(start)), name)}"


@pytest.mark.parametrize("name", NAMES)
def test_every_right_is_listed_and_there_is_no_other(name: str) -> None:
    assert grants(deployed(name)) == GRANTED | ONLY_IF[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_right_has_its_reason_with_it(name: str) -> None:
    for one in made(deployed(name), "Microsoft.Authorization/roleAssignments"):
        assert re.fullmatch(r"[a-z].*[^.]", one.properties["description"])


@pytest.mark.parametrize("name", NAMES)
def test_a_role_is_named_as_azure_stores_it_in_the_subscription_that_it_is_for(name: str) -> None:
    """By another name of the same role a second deployment would be refused: an assignment's role cannot change."""
    for one in made(deployed(name), "Microsoft.Authorization/roleAssignments"):
        role = one.properties["roleDefinitionId"].rsplit("/", 1)[0]
        assert role == f"/subscriptions/{one.id.split('/')[2]}/providers/Microsoft.Authorization/roleDefinitions"


@pytest.mark.parametrize("name", NAMES)
def test_a_role_of_our_own_is_good_for_one_group_only_and_allows_no_star(name: str) -> None:
    for one in made(deployed(name), "Microsoft.Authorization/roleDefinitions"):
        assert one.properties["assignableScopes"] == [one.id.split("/providers/")[0]]
        assert "*" not in str(one.properties["permissions"])


def calls(path: Path, of: set[str]) -> Iterator[tuple[str, str]]:
    """The calls of methods of these names in a file, each with the function that it stands in."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and node.attr in of:
                    yield function.name, node.attr


def public(*kinds: type) -> set[str]:
    return {name for kind in kinds for name in dir(kind) if not name.startswith("_")}


def files_that_import(package: str) -> set[str]:
    found = {
        path.name for path in ADAPTERS.glob("*.py") if re.search(rf"^from {package}", path.read_text(), re.MULTILINE)
    }
    return found - {"service_bus_dead_letters.py"}  # an operator's command, with the operator's own rights


STORAGE_CALLS = public(BlobClient, ContainerClient, BlobServiceClient)


def asked_of_storage() -> dict[str, set[str]]:
    """The data actions that the adapters need, by container."""
    needed: dict[str, set[str]] = {"datasets": set(), "recipes": set(), "runs": set()}
    for name, places in WHERE.items():
        for function, call in calls(ADAPTERS / name, STORAGE_CALLS):
            actions = ADDS.get(function, {}).get(call, ASKS[call])
            needed[places.get(function, places[""])] |= actions
    return needed


def granted_on(container: str, deployment: Deployment) -> list[set[str]]:
    """The data actions of each role that the app has on a container."""
    defined = made(deployment, "Microsoft.Authorization/roleDefinitions")
    own = {
        own_roles(deployment)[one.name]: {
            action.removeprefix(BLOBS) for action in one.properties["permissions"][0].get("dataActions", [])
        }
        for one in defined
    }
    actions = {name: found for name, (_, found) in ROLES.items()} | own
    return [
        actions[role] for who, scope, role in grants(deployment) if (who, scope) == ("app", f"containers/{container}")
    ]


def test_of_every_adapter_of_storage_it_is_known_where_it_works() -> None:
    assert set(WHERE) == files_that_import("azure.storage")


def test_of_every_call_it_is_known_what_it_asks_for() -> None:
    assert set(ASKS) == {call for name in WHERE for _, call in calls(ADAPTERS / name, STORAGE_CALLS)}


@pytest.mark.parametrize("container", ["datasets", "recipes", "runs"])
def test_the_app_may_do_what_its_adapters_ask_of_storage(container: str) -> None:
    assert asked_of_storage()[container] <= set().union(*granted_on(container, deployed("production")))


@pytest.mark.parametrize("container", ["datasets", "recipes", "runs"])
def test_no_smaller_roles_would_serve_the_adapters(container: str) -> None:
    needed, roles = asked_of_storage()[container], granted_on(container, deployed("production"))
    built_in = [actions for name, (_, actions) in ROLES.items() if name.startswith("Storage Blob")]
    for one in roles:
        others = set[str]().union(*(each for each in roles if each is not one))
        assert not needed <= others
        assert not [each for each in built_in if each < one and needed <= others | each]


def test_the_model_deployer_may_do_what_the_adapter_asks_of_arm_and_no_more() -> None:
    clients = public(CognitiveServicesManagementClient) | {"deployments", "accounts"}
    text = (ADAPTERS / "arm_deployer.py").read_text(encoding="utf-8")
    asked = {
        f"{group}.{call}" for group, call in re.findall(r"self\._client\.(\w+)\.(\w+)\(", text) if group in clients
    }
    [role] = [
        one
        for one in made(deployed("trial"), "Microsoft.Authorization/roleDefinitions")
        if "deployer" in one.properties["roleName"]
    ]
    assert asked == set(ARM)
    assert set(role.properties["permissions"][0]["actions"]) == set(ARM.values())
    assert files_that_import("azure.mgmt") == {"arm_deployer.py"}


def test_the_app_receives_from_the_queues_that_wake_it_and_sends_to_those_that_it_orders_from() -> None:
    app = func.FunctionApp()
    for blueprint in (intake.bp, steps.bp):
        app.register_functions(blueprint)
    triggers = [one.get_trigger() for one in app.get_functions()]
    rights = {(scope, role.rsplit(" ", 1)[1]) for who, scope, role in grants(deployed("trial")) if who == "app"}
    receives = {scope for scope, right in rights if right == "Receiver"}
    sends = {scope for scope, right in rights if right == "Sender"}
    assert receives == {f"queues/{one.queue_name}" for one in triggers}
    assert sends == {f"queues/{one}" for one in (INTAKE, *Step)}
    assert files_that_import("azure.servicebus") == {"service_bus.py"}
