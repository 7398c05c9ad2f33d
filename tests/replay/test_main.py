"""The command as a whole, where it has no app settings."""

import os
import subprocess
import sys

import pytest

from tests.end_to_end.stack import CHECKOUT
from tests.test_bootstrap import ON_A_LAPTOP


@pytest.mark.parametrize("part", ["dead-letters", "drops"])
def test_settings_that_are_missing_are_named(part: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ON_A_LAPTOP}
    command = (sys.executable, "-m", "shared.replay", part)
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "FOUNDRY_ACCOUNT_ID: required" in done.stderr
    assert "Traceback" not in done.stderr
