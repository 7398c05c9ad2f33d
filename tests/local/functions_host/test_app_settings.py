import pytest

from local.functions_host.app_settings import Identity, resolve, service_bus_connection, storage_connection
from local.functions_host.errors import AppRefused


def test_settings_between_percent_signs_are_replaced() -> None:
    assert resolve("a-%ONE%-%TWO%", {"ONE": "1", "TWO": ""}) == "a-1-"


def test_a_setting_that_is_missing_is_named() -> None:
    with pytest.raises(AppRefused, match="'%ONE%' does not resolve to a value"):
        resolve("%ONE%", {})


def test_the_exact_name_beats_the_prefix() -> None:
    settings = {"BUS": "Endpoint=sb://x", "BUS__fullyQualifiedNamespace": "x.servicebus.windows.net"}
    assert service_bus_connection("BUS", settings) == "Endpoint=sb://x"


@pytest.mark.parametrize("client_id", [None, "11111111-1111-1111-1111-111111111111"])
def test_an_identity_may_name_a_user_assigned_one(client_id: str | None) -> None:
    settings = {"BUS__fullyQualifiedNamespace": "x.servicebus.windows.net"}
    settings |= {"BUS__clientId": client_id} if client_id else {}
    assert service_bus_connection("BUS", settings) == Identity("x.servicebus.windows.net", client_id)


@pytest.mark.parametrize(
    "settings", [{"S__blobServiceUri": "https://x.blob.core.windows.net"}, {"S__accountName": "x"}]
)
def test_a_storage_account_is_named_by_its_url_or_name(settings: dict[str, str]) -> None:
    assert storage_connection("S", settings) == Identity("https://x.blob.core.windows.net", None)


def test_a_missing_connection_tells_what_would_do() -> None:
    with pytest.raises(AppRefused, match="no app setting 'S' or 'S__blobServiceUri' or 'S__accountName'"):
        storage_connection("S", {"S": ""})
