"""What a deployment makes, as a whole: without keys, closed where it is to be, in the right order."""

import json
import re
import tomllib
from typing import Any

import pytest
import yaml

from shared.core.stages import Step
from tests.infra.deployments import CHECKOUT, ENVIRONMENTS, MODULES, WEBHOOK, at, deployed, made, only

NAMES = [*ENVIRONMENTS, "whole"]
WITHOUT_KEYS = {  #: what a type has to say so that nobody comes in by a key or a password
    "Microsoft.Storage/storageAccounts": {
        "properties.allowSharedKeyAccess": False,
        "properties.isLocalUserEnabled": False,
    },
    "Microsoft.ServiceBus/namespaces": {"properties.disableLocalAuth": True},
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True},
    "Microsoft.OperationalInsights/workspaces": {"properties.features.disableLocalAuth": True},
    "Microsoft.CognitiveServices/accounts": {"properties.disableLocalAuth": True},
    "Microsoft.KeyVault/vaults": {"properties.enableRbacAuthorization": True},
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": {"properties.allow": False},
    "Microsoft.Web/sites": {"properties.siteConfig.ftpsState": "Disabled", "properties.httpsOnly": True},
}
HAVE_NONE = (  #: types that have neither keys nor passwords
    "Microsoft.Authorization/*",
    "Microsoft.CognitiveServices/accounts/*",
    "Microsoft.Consumption/budgets",
    "Microsoft.EventGrid/systemTopics",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions",
    "Microsoft.Insights/actionGroups",
    "Microsoft.Insights/diagnosticSettings",
    "Microsoft.Insights/metricAlerts",
    "Microsoft.Insights/scheduledQueryRules",
    "Microsoft.Insights/workbooks",
    "Microsoft.KeyVault/vaults/secrets",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.Network/*",
    "Microsoft.Resources/resourceGroups",
    "Microsoft.Security/defenderForStorageSettings",
    "Microsoft.ServiceBus/namespaces/*",
    "Microsoft.Storage/storageAccounts/*",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites/config",
)
CLOSED = {  #: what has a public side, and the private endpoint that stands for it
    "Microsoft.Storage/storageAccounts": "blob",
    "Microsoft.ServiceBus/namespaces": "namespace",
    "Microsoft.KeyVault/vaults": "vault",
}


@pytest.mark.parametrize("name", NAMES)
def test_nobody_comes_in_by_a_key(name: str) -> None:
    for _, one in deployed(name).everything():
        for path, value in WITHOUT_KEYS.get(one.type, {}).items():
            assert at(one.body, path) == value, f"{one!r}: {path}"


def test_of_every_type_it_is_known_whether_it_has_keys() -> None:
    types = {one.type for name in NAMES for _, one in deployed(name).everything()}
    listed = [re.escape(one).replace(r"\*", ".*") for one in (*WITHOUT_KEYS, *HAVE_NONE)]
    assert {one for one in types if not any(re.fullmatch(each, one) for each in listed)} == set()
    assert set(WITHOUT_KEYS) <= types


@pytest.mark.parametrize("name", NAMES)
def test_the_webhook_is_nowhere_but_in_the_vault(name: str) -> None:
    holders = [one.type for _, one in deployed(name).everything() if WEBHOOK in json.dumps(one.body, default=repr)]
    assert holders == (["Microsoft.KeyVault/vaults/secrets"] if name == "production" else [])


def test_production_is_reached_by_private_endpoints_only() -> None:
    production = deployed("production")
    endpoints = [
        one.properties["privateLinkServiceConnections"][0]
        for one in made(production, "Microsoft.Network/privateEndpoints")
    ]
    reached = {(each["properties"]["privateLinkServiceId"], each["properties"]["groupIds"][0]) for each in endpoints}
    for kind, group in CLOSED.items():
        for one in made(production, kind):
            assert one.properties["publicNetworkAccess"] == "Disabled"
            assert (one.id, group) in reached


def test_every_private_endpoint_is_found_by_a_name_in_a_linked_zone() -> None:
    production = deployed("production")
    zones = {one.id for one in made(production, "Microsoft.Network/privateDnsZones")}
    groups = made(production, "Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
    named = [
        config["properties"]["privateDnsZoneId"] for one in groups for config in one.properties["privateDnsZoneConfigs"]
    ]
    assert len(groups) == len(made(production, "Microsoft.Network/privateEndpoints"))
    assert set(named) == zones
    assert len(made(production, "Microsoft.Network/privateDnsZones/virtualNetworkLinks")) == len(zones)


def test_a_trial_makes_no_network_and_takes_the_tier_without_one() -> None:
    assert made(deployed("trial"), "Microsoft.Network/*") == []
    assert only(deployed("trial"), "Microsoft.ServiceBus/namespaces").body["sku"]["name"] == "Standard"
    assert only(deployed("production"), "Microsoft.ServiceBus/namespaces").body["sku"]["name"] == "Premium"


def test_production_stands_in_several_zones() -> None:
    production = deployed("production")
    assert only(production, "Microsoft.Web/serverfarms").properties["zoneRedundant"] is True
    accounts = made(production, "Microsoft.Storage/storageAccounts")
    assert {one.body["sku"]["name"] for one in accounts} == {"Standard_ZRS"}


def test_a_company_brings_its_own_foundry_or_gets_one() -> None:
    assert made(deployed("production"), "Microsoft.CognitiveServices/*") == []
    assert [one.name for one in made(deployed("whole"), "Microsoft.CognitiveServices/accounts/deployments")] == [
        "judge"
    ]
    assert len(made(deployed("trial"), "Microsoft.CognitiveServices/accounts/*")) == 1


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_queue_a_step_and_one_for_uploads(name: str) -> None:
    queues = made(deployed(name), "Microsoft.ServiceBus/namespaces/queues")
    assert sorted(one.name for one in queues) == sorted(["intake", *(step.value for step in Step)])


@pytest.mark.parametrize("name", NAMES)
def test_a_queue_drops_repeats_and_loses_nothing(name: str) -> None:
    for one in made(deployed(name), "Microsoft.ServiceBus/namespaces/queues"):
        assert one.properties["requiresDuplicateDetection"] is True
        assert one.properties["deadLetteringOnMessageExpiration"] is True
        assert one.properties["maxDeliveryCount"] == 10


def test_a_message_is_held_for_as_long_as_its_function_may_run() -> None:
    host = json.loads((CHECKOUT / "host.json").read_text(encoding="utf-8"))
    assert host["extensions"]["serviceBus"]["maxAutoLockRenewalDuration"] == host["functionTimeout"]


@pytest.mark.parametrize("name", NAMES)
def test_uploads_are_announced_and_what_cannot_be_is_kept_elsewhere(name: str) -> None:
    uploads = only(deployed(name), "Microsoft.EventGrid/systemTopics/eventSubscriptions").properties
    target = uploads["deliveryWithResourceIdentity"]["destination"]["properties"]["resourceId"]
    kept = uploads["deadLetterWithResourceIdentity"]["deadLetterDestination"]["properties"]
    containers = made(deployed(name), "Microsoft.Storage/storageAccounts/blobServices/containers")
    here = {one.name for one in containers if one.id.startswith(kept["resourceId"])}
    assert target in {
        one.id for one in made(deployed(name), "Microsoft.ServiceBus/namespaces/queues") if one.name == "intake"
    }
    assert {"datasets", "recipes", "runs", kept["blobContainerName"]} == here
    assert uploads["filter"]["subjectBeginsWith"] == "/blobServices/default/containers/datasets/blobs/"


def test_events_wait_for_their_roles_and_the_scanner_for_the_topic() -> None:
    assert "roles" in deployed("whole").waits_for("events")
    assert "events" in deployed("whole").waits_for("scan")
    assert {"roles", "foundryRoles"} <= deployed("whole").waits_for("app")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_for_a_time_is_a_container_that_exists_and_never_one_of_recipes(name: str) -> None:
    rules = only(deployed(name), "Microsoft.Storage/storageAccounts/managementPolicies").properties["policy"]["rules"]
    prefixes = {prefix for rule in rules for prefix in rule["definition"]["filters"].get("prefixMatch", [])}
    assert prefixes == {"datasets/", "runs/", "undelivered-events/"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_deleted_or_overwritten_can_be_brought_back(name: str) -> None:
    for one in made(deployed(name), "Microsoft.Storage/storageAccounts/blobServices"):
        assert one.properties["deleteRetentionPolicy"]["enabled"] is True
        assert one.properties["containerDeleteRetentionPolicy"]["enabled"] is True
        assert one.properties["isVersioningEnabled"] is one.id.split("/")[8].startswith("tunedata")
    kept = only(deployed(name), "Microsoft.KeyVault/vaults").properties["enablePurgeProtection"]
    assert kept is (True if name == "production" else None)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_as_the_services_take_them(name: str) -> None:
    for one in made(deployed(name), "Microsoft.Storage/storageAccounts"):
        assert re.fullmatch(r"[a-z0-9]{3,24}", one.name)
    for one in made(deployed(name), "Microsoft.KeyVault/vaults"):
        assert re.fullmatch(r"[a-z][a-z0-9-]{1,22}[a-z0-9]", one.name)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_resources_are_one(name: str) -> None:
    ids = [one.id.lower() for _, one in deployed(name).everything()]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_everything_with_tags_is_found_by_azd(name: str) -> None:
    tags = [one.body["tags"] for _, one in deployed(name).everything() if "tags" in one.body]
    assert {each["azd-env-name"] for each in tags} == {deployed(name).value("environmentName")}


def test_azd_deploys_what_the_template_makes_room_for() -> None:
    project: dict[str, Any] = yaml.safe_load((CHECKOUT / "azure.yaml").read_text(encoding="utf-8"))
    [(service, described)] = project["services"].items()
    site = only(deployed("trial"), "Microsoft.Web/sites")
    runtime = site.properties["functionAppConfig"]["runtime"]
    assert site.body["tags"]["azd-service-name"] == service
    assert described["language"] == runtime["name"]
    assert (CHECKOUT / project["infra"]["path"] / f"{project['infra']['module']}.bicepparam").exists()


def test_azd_packs_the_app_as_everybody_does_and_runs_nothing_afterwards() -> None:
    project: dict[str, Any] = yaml.safe_load((CHECKOUT / "azure.yaml").read_text(encoding="utf-8"))
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    service = project["services"]["app"]
    assert project["hooks"] == {"prepackage": {"posix": {"shell": "sh", "run": "make package"}}}
    assert "hooks" not in service
    assert f" {service['project']}\n" in makefile
    assert service["remoteBuild"] is False


def test_the_app_runs_on_the_python_that_it_is_written_for() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = only(deployed("trial"), "Microsoft.Web/sites").properties["functionAppConfig"]["runtime"]
    assert project["requires-python"] == f">={runtime['version']}"


def test_the_package_lies_where_the_app_looks_for_it() -> None:
    trial = deployed("trial")
    storage = only(trial, "Microsoft.Web/sites").properties["functionAppConfig"]["deployment"]["storage"]
    containers = made(trial, "Microsoft.Storage/storageAccounts/blobServices/containers")
    addresses = {f"https://{one.id.split('/')[8]}.blob.core.windows.net/{one.name}" for one in containers}
    assert storage["value"] in addresses
    assert "{" not in json.dumps(storage["value"])


def test_pages_ask_for_people_once_an_application_is_named() -> None:
    assert made(deployed("trial"), "Microsoft.Web/sites/config") == []
    auth = only(deployed("production"), "Microsoft.Web/sites/config").properties
    assert auth["globalValidation"]["requireAuthentication"] is True
    assert auth["globalValidation"]["excludedPaths"] == ["/api/health"]


def test_no_script_runs_after_the_template() -> None:
    assert not [path.name for path in MODULES if "deploymentScripts" in path.read_text(encoding="utf-8")]
