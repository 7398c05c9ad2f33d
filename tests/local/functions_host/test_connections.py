import asyncio

import pytest

from local.functions_host.app_settings import Identity
from local.functions_host.queue_listener import connect

EMULATOR = "Endpoint=sb://localhost:5672;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true"


@pytest.mark.parametrize(
    ("connection", "namespace"),
    [(EMULATOR, "localhost:5672"), (Identity("x.servicebus.windows.net", None), "x.servicebus.windows.net")],
)
def test_a_namespace_is_reached_by_connection_string_or_identity(connection: str | Identity, namespace: str) -> None:
    async def made() -> str:
        return connect(connection).fully_qualified_namespace

    assert asyncio.run(made()) == namespace
