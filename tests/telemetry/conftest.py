"""What the app really sends, as the stand-in kept it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.insights.kql.tables import Tables, tables
from local.insights.store import Telemetry

CHECKOUT = Path(__file__).resolve().parents[2]
CONNECTION = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={0}/;LiveEndpoint={0}"


def told(how: str, folder: Path) -> Tables:
    command = [sys.executable, "-m", "local.insights", "--port", "0", "--data", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as sink:
        assert sink.stdout
        endpoint = sink.stdout.readline().split()[2]
        settings = {
            "APPLICATIONINSIGHTS_CONNECTION_STRING": CONNECTION.format(endpoint),
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
            "OTEL_TRACES_SAMPLER": "always_on",
        }
        program = [sys.executable, "-m", "tests.telemetry.story", endpoint, how]
        try:
            subprocess.run(program, env=os.environ | settings, check=True, timeout=120, cwd=CHECKOUT)
        finally:
            sink.terminate()
    kept = Telemetry(folder)
    found = tables(kept.envelopes())
    kept.close()
    return found


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return told("quiet", tmp_path_factory.mktemp("quiet"))


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return told("eventful", tmp_path_factory.mktemp("eventful"))
