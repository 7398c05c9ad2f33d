"""One local stack for the tests that need one: it scans what is dropped, and time passes quickly but not too quickly
for a scanner."""

from collections.abc import Iterator

import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import stack_in


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_in(tmp_path_factory.mktemp("stack"), speed=400, scans=True) as running:
        yield running
