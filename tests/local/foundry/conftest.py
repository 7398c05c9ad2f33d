from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.foundry.jobs import Options
from tests.local.foundry.examples import Parts


@pytest.fixture
def make_parts(tmp_path: Path) -> Iterator[Callable[[Options], Parts]]:
    """A maker of resources, each in a folder of its own."""
    made: list[Parts] = []

    def make(options: Options) -> Parts:
        made.append(Parts(tmp_path / str(len(made)), options))
        return made[-1]

    yield make
    for parts in made:
        parts.store.close()


@pytest.fixture
def parts(make_parts: Callable[[Options], Parts]) -> Parts:
    """An empty resource."""
    return make_parts(Options())
