"""The real exporter against the running stand-in."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

EXPORTING = Path(__file__).with_name("exporting.py")


@pytest.fixture
def address(tmp_path: Path) -> Generator[str]:
    command = [sys.executable, "-m", "local.insights", "--port", "0", "--data", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[2]
        process.terminate()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def records(address: str, kind: str) -> list[dict[str, Any]]:
    return json.loads(get(f"{address}/api/records?run_id=r1&record={kind}"))


@pytest.mark.stack
def test_what_microsofts_exporter_sends_is_understood(address: str) -> None:
    quiet = {"APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true", "OTEL_TRACES_SAMPLER": "always_on"}
    subprocess.run([sys.executable, EXPORTING, address], env=os.environ | quiet, check=True, timeout=60)
    (point,), (delivery,) = records(address, "training_point"), records(address, "delivery")
    assert (point["message"], point["properties"]["train_loss"]) == ("step 10", "0.5")
    assert point["operation_id"] == delivery["operation_id"] != ""
    page = get(f"{address}/runs/r1")
    assert 'data-step="10" data-value="0.5"' in page
    assert page.index(">watch <") < page.index(">step watch <")
    metrics = get(f"{address}/metrics")
    assert "tunedrop.training.loss" in metrics
    assert "tunedrop.step.duration" in metrics
