"""The app, from exactly the app settings that the infrastructure writes.

The stack's broker and Application Insights speak without TLS, and the SDKs send no token without; the host knows its
storage by a name that only Azure resolves. There the app is given connection strings, and of these settings it is seen
that they are read, and that the clients are made.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from local.certificates import certificate_in
from local.functions_host.app_settings import Identity, resolve, service_bus_connection, storage_connection
from local.functions_host.schedule import parse_schedule
from local.serving import Certificate
from local.stack import layout, running
from shared import bootstrap
from shared.adapters.teams_channel import TeamsChannel
from shared.settings import Settings, read_settings
from tests.end_to_end.stack import run_that_reached, stack_in, states
from tests.infra.deployments import CHECKOUT, ENVIRONMENTS, FOUNDRY, app_settings, deployed, made
from tests.test_bootstrap import afresh, set_environment  # noqa: F401  # a fixture for every test of this file

NAME = "helpsteer/sample.jsonl"
NAMES = [*ENVIRONMENTS, "whole"]
READ_BY_OTHERS = {  #: names that `Settings` has not, and who reads them
    "AzureWebJobsStorage__accountName": "the functions host",
    "AzureWebJobsStorage__clientId": "the functions host",
    "AzureWebJobsStorage__credential": "the functions host",
    "SERVICE_BUS__credential": "the triggers, and what scales them",
    "SWEEP_SCHEDULE": "the timer's binding",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "the host and the exporter",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "the host and the exporter",
    "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "the worker",
    "OTEL_TRACES_SAMPLER": "the worker's OpenTelemetry",
    "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID": "App Service authentication",
    "WEBSITE_AUTH_AAD_ALLOWED_TENANTS": "App Service authentication",
}
LEFT_OUT = {  #: what `Settings` knows and the infrastructure never writes, and why
    "DATA_STORAGE": "holds a key",
    "SERVICE_BUS": "holds a key",
    "DATA_STORAGE__accountName": "the address is written instead",
    "ARM_ENDPOINT": "the public cloud's is the default",
    "ARM_AUDIENCE": "the public cloud's is the default",
    "PAGES_URL": "the platform's host name serves",
    "WEBSITE_HOSTNAME": "the platform's own",
    "WEBSITE_AUTH_ENABLED": "the platform's own",
}
ON_THE_PLATFORM = {"WEBSITE_HOSTNAME": "func-x.azurewebsites.net"}
WITHOUT_TLS = (
    "AzureWebJobsStorage",
    "SERVICE_BUS",
    "APPLICATIONINSIGHTS",
)  #: connections that are not by identity here
STORAGE = "DATA_STORAGE__blobServiceUri"
ELSEWHERE = ("FOUNDRY_ACCOUNT_ID", "FOUNDRY_PROJECT_ENDPOINT")  #: addresses of the stand-ins, of the same form


def names_of_settings() -> set[str]:
    return {field.alias or name.upper() for name, field in Settings.model_fields.items()}


def as_read(name: str) -> dict[str, str]:
    """As the app finds them in its environment: the platform has followed the references into the vault."""
    written = app_settings(deployed(name))
    return {key: "https://teams.example/?sig=s" if "KeyVault" in value else value for key, value in written.items()}


def test_everything_that_is_written_is_read_and_everything_that_is_read_is_written_or_left_out_for_a_reason() -> None:
    written = {name for each in NAMES for name in app_settings(deployed(each))}
    assert written == (names_of_settings() - set(LEFT_OUT)) | set(READ_BY_OTHERS)
    assert set(LEFT_OUT) <= names_of_settings()


def test_everything_that_is_written_is_documented() -> None:
    page = (CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for each in NAMES for name in app_settings(deployed(each)) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_setting_is_empty_or_a_key(name: str) -> None:
    for key, value in app_settings(deployed(name)).items():
        assert isinstance(value, str), key
        assert value.strip(), key
        assert "Key=" not in value.replace("InstrumentationKey=", ""), key


def test_the_webhook_is_a_reference_to_the_secret_that_the_vault_holds() -> None:
    [vault] = made(deployed("production"), "Microsoft.KeyVault/vaults")
    [secret] = made(deployed("production"), "Microsoft.KeyVault/vaults/secrets")
    address = f"https://{vault.name}.vault.azure.net/secrets/{secret.name}"
    assert app_settings(deployed("production"))["TEAMS_WEBHOOK_URL"] == f"@Microsoft.KeyVault(SecretUri={address})"
    assert "TEAMS_WEBHOOK_URL" not in app_settings(deployed("trial"))


def test_the_settings_say_what_was_deployed() -> None:
    settings = read_settings(as_read("production") | ON_THE_PLATFORM)
    containers = made(deployed("production"), "Microsoft.Storage/storageAccounts/blobServices/containers")
    data = {
        one.name for one in containers if f"https://{one.id.split('/')[8]}.blob." in (settings.blob_service_uri or "")
    }
    assert {settings.datasets_container, settings.recipes_container, settings.runs_container} < data
    assert settings.foundry_account_id == FOUNDRY
    assert settings.malware_scan == "required"
    assert settings.pages_sign_in == "entra"
    assert settings.pages == "https://func-x.azurewebsites.net/api"


@pytest.mark.parametrize("name", NAMES)
def test_every_connection_is_by_the_one_identity(name: str) -> None:
    settings = app_settings(deployed(name))
    [namespace] = made(deployed(name), "Microsoft.ServiceBus/namespaces")
    client = settings["AZURE_CLIENT_ID"]
    host = settings["AzureWebJobsStorage__accountName"]
    assert service_bus_connection("SERVICE_BUS", settings) == Identity(
        f"{namespace.name}.servicebus.windows.net", client
    )
    assert storage_connection("AzureWebJobsStorage", settings) == Identity(
        f"https://{host}.blob.core.windows.net", client
    )
    assert {value for key, value in settings.items() if key.endswith("__clientId")} == {client}
    assert settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"].endswith(f";ClientId={client}")


@pytest.mark.parametrize("name", NAMES)
def test_the_timer_has_a_schedule(name: str) -> None:
    assert parse_schedule(resolve("%SWEEP_SCHEDULE%", app_settings(deployed(name))))


@pytest.mark.parametrize("name", NAMES)
def test_the_app_makes_its_services_of_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, as_read(name) | ON_THE_PLATFORM)
    services = bootstrap.services()
    assert bootstrap.datasets_container() == "datasets"
    assert isinstance(services.channel, TeamsChannel) is (name == "production")
    assert bootstrap.asks_for_keys() is (name == "trial")


@pytest.fixture
def _storage_takes_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack's Azurite behind TLS: it takes keys from the stack, and from the app a token of its identity."""
    certificate = certificate_in(tmp_path / "foundry")
    secured = ("--oauth", "basic", "--cert", str(certificate.certificate), "--key", str(certificate.key))
    plain, address = layout._azurite, layout.Layout.storage.fget
    assert address
    monkeypatch.setattr(
        layout, "_azurite", lambda *given: replace(plain(*given), command=(*plain(*given).command, *secured))
    )
    monkeypatch.setattr(layout.Layout, "storage", property(lambda self: address(self).replace("http", "https")))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.certificate))


def with_stand_ins(options: layout.Options, ports: layout.Layout, certificate: Certificate) -> dict[str, str]:
    """What Bicep writes, but for the addresses of the stand-ins, and the strings that connect to three of them."""
    here = layout.app_settings(options, ports, certificate)
    written = app_settings(deployed("trial"))
    kept = {key: value for key, value in written.items() if not key.startswith((*WITHOUT_TLS, *ELSEWHERE))}
    del here["DATA_STORAGE"]
    return here | kept | {STORAGE: f"https://localhost:{ports.ports['azurite']}/{layout.AZURITE_ACCOUNT}/"}


@pytest.mark.stack
@pytest.mark.usefixtures("_storage_takes_tokens")
def test_the_app_runs_from_them_with_the_addresses_of_the_stand_ins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "app_settings", with_stand_ins)
    with stack_in(tmp_path) as stack:
        stack.drop((CHECKOUT / "samples" / "helpsteer.jsonl").read_bytes(), NAME)
        run = run_that_reached(stack, NAME, "serving", "rejected", "failed")
    assert "serving" in states(run), run["stage"]
