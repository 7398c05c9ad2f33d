"""One local stack for the tests that need one: drops are scanned, and people sign in.

Time passes quickly, but not too quickly for the scanner.
"""

from collections.abc import Iterator

import httpx2
import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import stack_in


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_in(tmp_path_factory.mktemp("stack"), speed=400, scans=True, signs_in=True) as running:
        yield running


@pytest.fixture
def browser(stack: Stack) -> Iterator[httpx2.Client]:
    """One that nobody has signed in with."""
    with httpx2.Client(base_url=stack.layout.url("functions"), trust_env=False) as client:
        yield client
