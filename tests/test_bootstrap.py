import logging
from collections.abc import Iterator

import pytest

from shared import bootstrap
from shared.adapters.app_service_sign_in import AppServiceSignIn
from shared.adapters.defender_scans import DefenderScans
from shared.adapters.function_keys import FunctionKeys
from shared.adapters.no_channel import NoChannel
from shared.adapters.no_scanner import NoScanner
from shared.adapters.teams_channel import TeamsChannel
from shared.settings import SettingsInvalid
from tests.test_settings import AZURE, LAPTOP

STORAGE = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;"
BUS = "Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true"
ON_A_LAPTOP = LAPTOP | {"DATA_STORAGE": STORAGE, "SERVICE_BUS": BUS}


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Each test is a worker process that has just started."""
    names = ("tunedrop", "httpx2", "httpcore2", *bootstrap.NOISY)
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    bootstrap.services.cache_clear()
    bootstrap._settings.cache_clear()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def set_environment(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("settings", [ON_A_LAPTOP, AZURE], ids=["laptop", "azure"])
def test_every_port_is_there_without_a_word_to_the_network(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    set_environment(monkeypatch, settings)
    services = bootstrap.services()
    assert services is bootstrap.services()
    assert services.account == f"a, {settings['FOUNDRY_PROJECT_ENDPOINT']}"
    assert services.now().utcoffset() is not None
    assert isinstance(services.channel, NoChannel)


def test_a_webhook_makes_a_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ON_A_LAPTOP | {"TEAMS_WEBHOOK_URL": "https://teams.example/?sig=s"})
    assert isinstance(bootstrap.services().channel, TeamsChannel)


def test_a_scan_that_is_required_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ON_A_LAPTOP)
    assert isinstance(bootstrap.services().scanner, NoScanner)
    bootstrap.services.cache_clear()
    bootstrap._settings.cache_clear()
    monkeypatch.setenv("MALWARE_SCAN", "required")
    assert isinstance(bootstrap.services().scanner, DefenderScans)


def test_people_come_with_keys_unless_they_are_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ON_A_LAPTOP)
    assert bootstrap.asks_for_keys()
    assert isinstance(bootstrap.sign_in(), FunctionKeys)
    bootstrap._settings.cache_clear()
    monkeypatch.setenv("PAGES_SIGN_IN", "entra")
    assert not bootstrap.asks_for_keys()
    assert isinstance(bootstrap.sign_in(), AppServiceSignIn)


def test_the_container_of_drops_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ON_A_LAPTOP | {"DATASETS_CONTAINER": "drops"})
    assert bootstrap.datasets_container() == "drops"


def test_settings_that_are_missing_are_named_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ON_A_LAPTOP:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsInvalid, match="FOUNDRY_ACCOUNT_ID: required"):
        bootstrap.services()


def test_the_vendors_chatter_is_quiet_and_ours_is_heard() -> None:
    bootstrap.quieten()
    assert logging.getLogger("tunedrop.intake").isEnabledFor(logging.INFO)
    assert not logging.getLogger("azure.core.pipeline.policies.http_logging_policy").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpx2").isEnabledFor(logging.INFO)
