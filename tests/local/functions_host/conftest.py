import contextlib
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.local.functions_host.processes import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Generator[Bench]:
    with contextlib.ExitStack() as stack:
        yield Bench(tmp_path, stack)
