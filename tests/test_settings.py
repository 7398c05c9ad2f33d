from datetime import timedelta
from pathlib import Path

import pytest

from shared.settings import FoundryAccount, Settings, SettingsInvalid, read_settings

ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"
LAPTOP = {
    "DATA_STORAGE": "UseDevelopmentStorage=true",
    "SERVICE_BUS": "Endpoint=sb://localhost;SharedAccessKey=k",
    "FOUNDRY_PROJECT_ENDPOINT": "https://localhost:1/api/projects/p",
    "FOUNDRY_ACCOUNT_ID": ACCOUNT,
}
AZURE = {
    "DATA_STORAGE__blobServiceUri": "https://acct.blob.core.windows.net",
    "DATA_STORAGE__clientId": "client",
    "SERVICE_BUS__fullyQualifiedNamespace": "ns.servicebus.windows.net",
    "SERVICE_BUS__clientId": "client",
    "FOUNDRY_PROJECT_ENDPOINT": "https://a.services.ai.azure.com/api/projects/p",
    "FOUNDRY_ACCOUNT_ID": ACCOUNT,
    "WEBSITE_HOSTNAME": "app.azurewebsites.net",
}


def test_a_laptop_connects_by_connection_strings() -> None:
    settings = read_settings(LAPTOP)
    assert settings.data_storage
    assert settings.data_storage.get_secret_value() == LAPTOP["DATA_STORAGE"]
    assert settings.blob_service_uri is None
    assert settings.pages is None


def test_azure_connects_by_addresses_and_identities() -> None:
    settings = read_settings(AZURE)
    assert settings.blob_service_uri == "https://acct.blob.core.windows.net"
    assert settings.service_bus_namespace == "ns.servicebus.windows.net"
    assert (settings.data_storage_client_id, settings.service_bus_client_id) == ("client", "client")
    assert settings.pages == "https://app.azurewebsites.net/api"


def test_an_account_name_stands_for_its_address() -> None:
    named = {name: value for name, value in AZURE.items() if "blobServiceUri" not in name}
    settings = read_settings(named | {"DATA_STORAGE__accountName": "acct"})
    assert settings.blob_service_uri == "https://acct.blob.core.windows.net"


def test_what_is_left_out_or_empty_has_its_default() -> None:
    settings = read_settings(LAPTOP | {"SETTLING_SECONDS": "", "TEAMS_WEBHOOK_URL": " ", "PATH": "/bin"})
    assert (settings.datasets_container, settings.recipes_container, settings.runs_container) == (
        "datasets",
        "recipes",
        "runs",
    )
    assert settings.settling == timedelta(seconds=30)
    assert settings.arm_endpoint == "https://management.azure.com"
    assert settings.teams_webhook_url is None


def test_the_account_is_taken_apart() -> None:
    assert read_settings(LAPTOP).account == FoundryAccount("s", "g", "a")
    other_case = ACCOUNT.replace("resourceGroups", "resourcegroups")
    assert read_settings(LAPTOP | {"FOUNDRY_ACCOUNT_ID": other_case}).account == FoundryAccount("s", "g", "a")


def test_an_address_for_the_pages_beats_the_platforms() -> None:
    assert read_settings(AZURE | {"PAGES_URL": "https://tuned.example"}).pages == "https://tuned.example"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"FOUNDRY_PROJECT_ENDPOINT": ""}, "FOUNDRY_PROJECT_ENDPOINT: required"),
        ({"FOUNDRY_PROJECT_ENDPOINT": "http://plain"}, "FOUNDRY_PROJECT_ENDPOINT: "),
        ({"FOUNDRY_ACCOUNT_ID": "acct"}, "FOUNDRY_ACCOUNT_ID: "),
        ({"FOUNDRY_ACCOUNT_ID": ACCOUNT + "/projects/p"}, "FOUNDRY_ACCOUNT_ID: "),
        ({"SETTLING_SECONDS": "soon"}, "SETTLING_SECONDS: "),
        ({"SETTLING_SECONDS": "0"}, "SETTLING_SECONDS: "),
        ({"MALWARE_SCAN": "on"}, "MALWARE_SCAN: "),
        ({"PAGES_SIGN_IN": "Entra"}, "PAGES_SIGN_IN: "),
        ({"RUNS_CONTAINER": "My Runs"}, "RUNS_CONTAINER: "),
        ({"DATA_STORAGE": ""}, "DATA_STORAGE or DATA_STORAGE__blobServiceUri: neither is set"),
        ({"SERVICE_BUS": ""}, "SERVICE_BUS or SERVICE_BUS__fullyQualifiedNamespace: neither is set"),
    ],
)
def test_a_fault_names_its_app_setting(changes: dict[str, str], fault: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(LAPTOP | changes)
    assert str(caught.value).startswith(fault)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(LAPTOP | {"FOUNDRY_ACCOUNT_ID": "a", "SETTLING_SECONDS": "soon", "RUNS_CONTAINER": "A"})
    assert len(str(caught.value).splitlines()) == 3


def test_no_value_shows_in_a_fault_or_in_the_settings() -> None:
    secrets = {"DATA_STORAGE": "AccountKey=canary", "TEAMS_WEBHOOK_URL": "https://t/?sig=canary"}
    assert "canary" not in repr(read_settings(LAPTOP | secrets))
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(LAPTOP | secrets | {"SETTLING_SECONDS": "canary"})
    assert "canary" not in f"{caught.value!s} {caught.value.__context__!r} {caught.value.__cause__!r}"


def test_every_setting_is_documented() -> None:
    documented = (Path(__file__).parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
    names = {field.alias or name.upper() for name, field in Settings.model_fields.items()}
    assert {name for name in names if f"`{name}`" not in documented} == set()
