from collections.abc import Iterator

import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import stack_in


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_in(tmp_path_factory.mktemp("stack")) as running:
        yield running
